interface Described {
  /** `PARLANCE_<AREA>_<NAME>[_UNIT]`. */
  readonly env: `PARLANCE_${string}`;
  /** What it is for, one or two sentences for the operator. */
  readonly doc: string;
  /** Unit of the value for people: `ms`, `rows`, `bytes`. */
  readonly unit?: string;
  /** Never shown, neither in problems nor in tables; may be given as a file in `<env>_FILE` instead. */
  readonly secret?: boolean;
  /** Without a default, may be left out; then its value is undefined. */
  readonly optional?: boolean;
}

export interface StringSetting extends Described {
  readonly type: "string";
  readonly default?: string;
  readonly minLen?: number;
}

export interface IntSetting extends Described {
  readonly type: "int";
  readonly default?: number;
  readonly min?: number;
  readonly max?: number;
}

export interface BoolSetting extends Described {
  readonly type: "bool";
  readonly default?: boolean;
}

export interface EnumSetting extends Described {
  readonly type: "enum";
  readonly values: readonly string[];
  readonly default?: string;
}

/** Separated by commas. */
export interface ListSetting extends Described {
  readonly type: "list";
  readonly default?: readonly string[];
}

export interface PathSetting extends Described {
  readonly type: "path";
  readonly default?: string;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** `host:port`, `[v6]:port` or `:port` (all interfaces). The default is written the same way. */
export interface HostPortSetting extends Described {
  readonly type: "hostport";
  readonly default?: string;
}

export type Setting =
  | StringSetting | IntSetting | BoolSetting | EnumSetting | ListSetting | PathSetting | HostPortSetting;

/** Settings of one part, by the name its code uses. */
export type Declaration = Readonly<Record<string, Setting>>;

type ParsedOf<S extends Setting> =
  S extends { readonly type: "int" } ? number
  : S extends { readonly type: "bool" } ? boolean
  : S extends { readonly type: "enum"; readonly values: readonly (infer V)[] } ? V
  : S extends { readonly type: "list" } ? readonly string[]
  : S extends { readonly type: "hostport" } ? HostPort
  : string;

type ValueOf<S extends Setting> =
  S extends { readonly default: unknown } ? ParsedOf<S>
  : S extends { readonly optional: true } ? ParsedOf<S> | undefined
  : ParsedOf<S>;

/** The values of a declaration. */
export type ConfigOf<D extends Declaration> = { readonly [K in keyof D]: ValueOf<D[K]> };

/** Declares the settings of a part as data: code, checks and the operator's table come from this one place. */
export function declareSettings<const D extends Declaration>(declaration: D): D {
  return declaration;
}
