export { decodeToken, encodeToken, pageStart, type TokenValue } from "./token.js";
export { OFFSET_MAX, PAGE_SIZES, cutPage, offsetOf, pageSizeOf, type PageSizes } from "./page-size.js";
export { folded, nameTerms } from "./search-terms.js";
