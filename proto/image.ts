// The image that `buf build` writes as JSON, as far as the contract table is made from it.

/** The parts of a descriptor that are read; names and enum values as protobuf JSON prints them, defaults left out. */
export interface Image { readonly file: readonly ImageFile[] }
export interface ImageFile {
  readonly package?: string;
  readonly messageType?: readonly ImageMessage[];
  readonly enumType?: readonly ImageEnum[];
  readonly service?: readonly ImageService[];
}
export interface ImageMessage {
  readonly name: string;
  readonly field?: readonly ImageField[];
  readonly nestedType?: readonly ImageMessage[];
  readonly enumType?: readonly ImageEnum[];
  readonly oneofDecl?: readonly { readonly name: string }[];
  readonly options?: { readonly mapEntry?: boolean };
}
export interface ImageField {
  readonly name: string;
  readonly number: number;
  readonly label: string;
  readonly type: string;
  readonly typeName?: string;
  readonly jsonName: string;
  readonly oneofIndex?: number;
  readonly proto3Optional?: boolean;
  readonly options?: Readonly<Record<string, unknown>>;
}
export interface ImageEnum {
  readonly name: string;
  readonly value: readonly { readonly name: string; readonly number?: number; readonly options?: Readonly<Record<string, unknown>> }[];
}
export interface ImageService {
  readonly name: string;
  readonly method?: readonly {
    readonly name: string;
    readonly inputType: string;
    readonly outputType: string;
    readonly options?: Readonly<Record<string, unknown>>;
  }[];
}
/** A message or enum with its full name, nested ones after their parents. */
export interface Named<T> { readonly fullName: string; readonly value: T }

function nestedMessages(prefix: string, messages: readonly ImageMessage[] = []): Named<ImageMessage>[] {
  return messages.flatMap((value) => {
    const fullName = `${prefix}.${value.name}`;
    return [{ fullName, value }, ...nestedMessages(fullName, value.nestedType)];
  });
}

export function parlanceFiles(image: Image): readonly ImageFile[] {
  return image.file.filter((file) => file.package?.startsWith("parlance."));
}

export function allMessages(image: Image): Named<ImageMessage>[] {
  return parlanceFiles(image).flatMap((file) => nestedMessages(file.package ?? "", file.messageType));
}

export function allEnums(image: Image): Named<ImageEnum>[] {
  const name = (prefix: string) => (value: ImageEnum) => ({ fullName: `${prefix}.${value.name}`, value });
  const top = parlanceFiles(image).flatMap((file) => (file.enumType ?? []).map(name(file.package ?? "")));
  const nested = allMessages(image).flatMap(({ fullName, value }) => (value.enumType ?? []).map(name(fullName)));
  return [...top, ...nested];
}
