const PRIVATE = "@private";

/**
 * The part of a user's metadata that everybody may see. The text is what the app gave; it is written anew only when
 * there is a private part to leave out, so that nothing else of it changes.
 */
export function publicMetadata(metadataJson: string): string {
  if (metadataJson === "") return "";
  const metadata = JSON.parse(metadataJson) as object;
  if (!Object.hasOwn(metadata, PRIVATE)) return metadataJson;
  const rest = Object.entries(metadata).filter(([key]) => key !== PRIVATE);
  return rest.length === 0 ? "" : JSON.stringify(Object.fromEntries(rest));
}
