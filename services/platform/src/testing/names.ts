/** Names of test data. Tests use these and nothing else, so that a name in a failure says what it was. */
export const ALICE = "alice";
export const BOB = "bob";
export const CAROL = "carol";
export const PEOPLE = [ALICE, BOB, CAROL] as const;

export const APP = "app";
/** For tests of the tenant cut. */
export const OTHER_APP = "other-app";

export const BOOK_CLUB = "book-club";

export const PHONE = "phone";
export const LAPTOP = "laptop";
