export { fieldsSchema, isObject, json, list, readFields, shape, type Fields, type Values } from "./compounds.js";
export { Problems } from "./problems.js";
export { bool, id, integer, lengthOf, messageId, seconds, text, url, word } from "./scalars.js";
export { described, needed, withCode, type JsonSchema, type Needed, type Type } from "./type.js";
