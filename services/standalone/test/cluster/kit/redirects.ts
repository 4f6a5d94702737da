/** Names the file of redirected ports, for the process that `redirect.ts` is loaded into. */
export const REDIRECTS = "TEST_REDIRECTS";
