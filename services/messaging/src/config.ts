import { declareSettings, type ConfigOf } from "@parlance/platform/config";

export const messagingSettings = declareSettings({
  messagingLaneRowsMax: {
    env: "PARLANCE_MESSAGING_LANE_ROWS_MAX", type: "int", default: 10_000, min: 100, max: 1_000_000, unit: "rows",
    doc: "Rows that may wait for the store in a pod; more are refused.",
  },
  messagingLaneBytesMax: {
    env: "PARLANCE_MESSAGING_LANE_BYTES_MAX", type: "int", default: 16_777_216, min: 1_048_576, max: 1_073_741_824, unit: "bytes",
    doc: "Bytes of content that may wait for the store in a pod; more are refused.",
  },
  messagingConversationRowsMax: {
    env: "PARLANCE_MESSAGING_CONVERSATION_ROWS_MAX", type: "int", default: 1_000, min: 10, max: 100_000, unit: "rows",
    doc: "Rows of one conversation that may wait for the store; more are refused.",
  },
  messagingResumeRowsMax: {
    env: "PARLANCE_MESSAGING_RESUME_ROWS_MAX", type: "int", default: 200, min: 10, max: 1_000, unit: "rows",
    doc: "Missed rows of a conversation that a resume answers; with more the conversation is truncated.",
  },
  messagingResumeConversationsMax: {
    env: "PARLANCE_MESSAGING_RESUME_CONVERSATIONS_MAX", type: "int", default: 1_000, min: 10, max: 5_000, unit: "conversations",
    doc: "Changed conversations that a resume answers; with more the list is truncated.",
  },
  messagingNode: {
    env: "PARLANCE_MESSAGING_NODE", type: "int", optional: true, min: 0, max: 15,
    doc: "The pod's number in the message ids it makes, unlike that of other messaging pods where one can be given; without it a random one.",
  },
  messagingReceiptsLiveMembersMax: {
    env: "PARLANCE_MESSAGING_RECEIPTS_LIVE_MEMBERS_MAX", type: "int", default: 300, min: 1, max: 5_000, unit: "authors",
    doc: "Authors of a group that hear of one reader's mark live; in larger ones marks move silently.",
  },
});

export type MessagingConfig = ConfigOf<typeof messagingSettings>;
