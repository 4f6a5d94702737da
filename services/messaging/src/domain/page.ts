/** Bytes of encoded messages that a page or a sync answer carries; one row more may go over. Every answer has a bound. */
export const PAGE_BYTES_MAX = 512 * 1024;
