/** Fixed for the life of a topic: another count would move keys and break their order (E4). */
export const EVENT_PARTITIONS = 24;

/** FNV-1a over UTF-16 units, folded to a partition. The same key is always in the same partition. */
export function partitionOf(key: string, partitions: number = EVENT_PARTITIONS): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % partitions;
}
