import type { JsonSchema } from "../schema/index.js";

/** The first thing about a value that a schema of the contract does not allow; only what type.ts lists is known. */
export function schemaProblem(
  value: unknown, schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>, path = "$",
): string | undefined {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.replace("#/components/schemas/", "");
    const target = components[name];
    return target === undefined ? `${path}: no schema ${name}` : schemaProblem(value, target, components, path);
  }
  if (schema.anyOf !== undefined) {
    const problems = schema.anyOf.map((each) => schemaProblem(value, each, components, path));
    return problems.includes(undefined) ? undefined : problems.join("; ");
  }
  if (schema.const !== undefined && value !== schema.const) return `${path} is not ${schema.const}`;
  if (schema.enum !== undefined && !schema.enum.includes(value as string)) return `${path} is not one of ${schema.enum.join(", ")}`;
  switch (schema.type) {
    case "integer": return integerProblem(value, schema, path);
    case "number": case "boolean": return typeof value === schema.type ? undefined : `${path} is no ${schema.type}`;
    case "string": return stringProblem(value, schema, path);
    case "array": return arrayProblem(value, schema, components, path);
    case "object": return objectProblem(value, schema, components, path);
    case undefined: return undefined;
  }
  return undefined;
}

function integerProblem(value: unknown, { minimum = -Infinity }: JsonSchema, path: string): string | undefined {
  return Number.isInteger(value) && minimum <= (value as number) ? undefined : `${path} is no such integer`;
}

function stringProblem(value: unknown, { pattern, maxLength }: JsonSchema, path: string): string | undefined {
  if (typeof value !== "string") return `${path} is no string`;
  if (maxLength !== undefined && value.length > maxLength) return `${path} is too long`;
  return pattern === undefined || new RegExp(pattern).test(value) ? undefined : `${path} does not match ${pattern}`;
}

function arrayProblem(
  value: unknown, { items = {} }: JsonSchema, components: Readonly<Record<string, JsonSchema>>, path: string,
): string | undefined {
  if (!Array.isArray(value)) return `${path} is no list`;
  const problems = value.map((item: unknown, index) => schemaProblem(item, items, components, `${path}[${index}]`));
  return problems.find((problem) => problem !== undefined);
}

function objectProblem(
  value: unknown, schema: JsonSchema, components: Readonly<Record<string, JsonSchema>>, path: string,
): string | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return `${path} is no object`;
  const missing = (schema.required ?? []).find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${path}.${missing} is missing`;
  return Object.entries(value).map(([name, inner]) => {
    const own = schema.properties?.[name];
    if (own !== undefined) return schemaProblem(inner, own, components, `${path}.${name}`);
    if (schema.additionalProperties === false) return `${path}.${name} is not known`;
    if (typeof schema.additionalProperties !== "object") return undefined;
    return schemaProblem(inner, schema.additionalProperties, components, `${path}.${name}`);
  }).find((problem) => problem !== undefined);
}
