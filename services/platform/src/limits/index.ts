export { BoundedQueue, type BoundedQueueOptions } from "./bounded-queue.js";
export { exportQueue } from "./queue-figures.js";
export { TokenBucket, type Rate } from "./token-bucket.js";
export { KeyedBuckets, type KeyedBucketsOptions } from "./keyed-buckets.js";
export { LruMap } from "./lru-map.js";
export { RecentMap } from "./recent-map.js";
export { SingleFlight } from "./single-flight.js";
