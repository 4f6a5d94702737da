// Operations of rest.md 4 that nothing answers yet: known, so they answer 501 instead of "no such path". One leaves this list
// when its row is written. Number, tier, callers, method, path.

import { fullPath, type CallerLetter, type HttpMethod, type Tier } from "./route.js";

export interface UnbuiltRoute {
  readonly number: string;
  readonly tier: Tier;
  readonly callers: readonly CallerLetter[];
  readonly method: HttpMethod;
  readonly path: string;
  readonly unbuilt: true;
}

const LIST = `
R-SYS-04 2 FU GET /settings
R-APP-04 2 M PATCH /management/v1/apps/{appId}
R-APP-05 2 M DELETE /management/v1/apps/{appId}
R-APP-06 2 M POST /management/v1/apps/{appId}/apikeys
R-APP-07 2 M GET /management/v1/apps/{appId}/apikeys
R-APP-08 2 M POST /management/v1/apps/{appId}/apikeys/{apiKey}/rotate
R-APP-09 2 M DELETE /management/v1/apps/{appId}/apikeys/{apiKey}
R-APP-10 2 M GET /management/v1/apps/{appId}/settings
R-APP-11 2 M PATCH /management/v1/apps/{appId}/settings
R-APP-12 2 M DELETE /management/v1/apps/{appId}/settings
R-APP-13 2 M GET /management/v1/apps/{appId}/usage
R-APP-14 2 M GET /management/v1/apps/{appId}/audit
R-APP-15 3 M POST /management/v1/apps/{appId}/extensions
R-APP-16 3 M GET /management/v1/apps/{appId}/extensions
R-APP-17 3 M POST /management/v1/apps/{appId}/collaborators
R-APP-18 3 M GET /management/v1/apps/{appId}/collaborators
R-K-03 1 F GET /apikeys/{apiKey}
R-K-04 1 F PUT /apikeys/{apiKey}
R-U-03 1 F PUT /users
R-U-07 1 F DELETE /users/{uid}
R-T-04 1 FU GET /users/{uid}/auth_tokens/{authToken}
R-T-05 1 F PUT /users/{uid}/auth_tokens/{authToken}
R-T-07 1 U PUT /me/session
R-F-01 1 F POST /users/{uid}/friends
R-F-02 1 FU GET /users/{uid}/friends
R-F-03 1 F DELETE /users/{uid}/friends
R-B-01 1 FU POST /users/{uid}/blockedusers
R-B-02 1 FU DELETE /users/{uid}/blockedusers
R-B-03 1 FU GET /users/{uid}/blockedusers
R-R-01 1 F POST /roles
R-R-02 1 FU GET /roles
R-R-03 1 FU GET /roles/{role}
R-R-04 1 F PUT /roles/{role}
R-R-05 1 F DELETE /roles/{role}
R-R-06 2 F POST /roles/{role}/restrictedfeatures
R-R-07 2 F GET /roles/{role}/restrictedfeatures
R-R-08 2 F DELETE /roles/{role}/restrictedfeatures
R-R-09 2 F GET /roles/{role}/permissions
R-R-10 2 F PUT /roles/{role}/permissions
R-R-11 2 F DELETE /roles/{role}/permissions/{permission}
R-R-12 2 F GET /groups/{guid}/scopes/{scope}/permissions
R-R-13 2 F PUT /groups/{guid}/scopes/{scope}/permissions
R-R-14 2 F DELETE /groups/{guid}/scopes/{scope}/permissions/{permission}
R-M-02 1 FU GET /messages
R-M-08 1 FU GET /messages/{id}/receipts
R-X-01 1 FU GET /messages/{id}/reactions
R-X-02 1 FU GET /messages/{id}/reactions/{reaction}
R-X-03 1 FU POST /messages/{id}/reactions/{reaction}
R-X-04 1 FU DELETE /messages/{id}/reactions/{reaction}
R-X-05 2 FU POST /messages/{id}/pin
R-X-06 2 FU DELETE /messages/{id}/pin
R-X-07 2 FU POST /messages/{id}/save
R-X-08 2 FU DELETE /messages/{id}/save
R-X-09 2 FU PATCH /messages/{id}/interacted
R-X-10 2 FU POST /messages/{id}/flagged
R-X-11 1 FU POST /messages/{id}/thread
R-X-12 1 FU GET /messages/{id}/thread
R-X-13 1 FU GET /threads
R-X-14 1 FU POST /messages/{id}/thread/subscription
R-X-15 1 FU DELETE /messages/{id}/thread/subscription
R-C-02 2 F GET /conversations/pinned
R-C-03 2 F PUT /conversations/pinned
R-C-05 1 FU PUT /users/{uid}/conversation
R-C-06 1 FU DELETE /users/{uid}/conversation
R-C-07 2 FU POST /users/{uid}/conversation/pin
R-C-08 2 FU DELETE /users/{uid}/conversation/pin
R-C-11 1 FU DELETE /users/{uid}/conversation/read
R-C-13 1 FU PUT /groups/{guid}/conversation
R-C-14 1 FU DELETE /groups/{guid}/conversation
R-C-15 2 FU POST /groups/{guid}/conversation/pin
R-C-16 2 FU DELETE /groups/{guid}/conversation/pin
R-C-19 1 FU DELETE /groups/{guid}/conversation/read
R-C-20 2 FU GET /conversations/{conversationId}
R-C-21 2 F DELETE /conversations/{conversationId}
R-P-01 2 FU GET /presence/users
R-P-02 2 FU GET /presence/counts
R-P-03 2 FU GET /users/{uid}/connections
R-MED-01 2 FU POST /media/uploads
R-MED-02 2 FU GET /media/{fileId}
R-CALL-01 2 FU GET /calls
R-CALL-02 2 FU GET /calls/{sessionId}
R-CALL-03 3 FU GET /calls/{sessionId}/transcriptions
R-CALL-04 2 FU POST /calls
R-CALL-05 2 FU PUT /calls/{sessionId}
R-CALL-06 2 FU DELETE /calls/{sessionId}
R-CALL-07 2 FU POST /calls/{sessionId}/token
R-W-01 2 M POST /management/v1/apps/{appId}/webhooks
R-W-02 2 M GET /management/v1/apps/{appId}/webhooks
R-W-03 2 M GET /management/v1/apps/{appId}/webhooks/{webhookId}
R-W-04 2 M PATCH /management/v1/apps/{appId}/webhooks/{webhookId}
R-W-05 2 M DELETE /management/v1/apps/{appId}/webhooks/{webhookId}
R-W-06 2 M POST /management/v1/apps/{appId}/webhooks/{webhookId}/rotate
R-W-07 2 M POST /management/v1/apps/{appId}/webhooks/{webhookId}/triggers
R-W-08 2 M GET /management/v1/apps/{appId}/webhooks/{webhookId}/triggers
R-W-09 2 M DELETE /management/v1/apps/{appId}/webhooks/{webhookId}/triggers
R-W-10 2 M GET /management/v1/apps/{appId}/webhooks/{webhookId}/deliveries
R-W-11 2 M POST /management/v1/apps/{appId}/webhooks/{webhookId}/deliveries/{deliveryId}/replay
R-W-12 2 M GET /management/v1/triggers
R-N-01 2 F GET /notifications/v1/settings
R-N-02 2 F PATCH /notifications/v1/settings
R-N-03 2 F DELETE /notifications/v1/settings
R-N-04 2 FU GET /notifications/v1/preferences
R-N-05 2 FU PATCH /notifications/v1/preferences
R-N-06 2 FU DELETE /notifications/v1/preferences
R-N-07 2 FU GET /notifications/v1/preferences/mute
R-N-08 2 FU PUT /notifications/v1/preferences/mute
R-N-09 2 FU DELETE /notifications/v1/preferences/mute
R-N-10 2 FU GET /notifications/v1/preferences/timezone
R-N-11 2 FU PATCH /notifications/v1/preferences/timezone
R-N-12 3 FU GET /notifications/v1/contact-details
R-N-13 3 FU PATCH /notifications/v1/contact-details
R-N-14 3 FU DELETE /notifications/v1/contact-details
R-N-15 2 FU POST /notifications/push/v1/tokens
R-N-16 2 FU GET /notifications/push/v1/tokens
R-N-17 2 FU DELETE /notifications/push/v1/tokens
R-N-18 2 FU DELETE /notifications/push/v1/tokens/{pushToken}
R-N-19 2 F GET /notifications/push/v1/providers/fcm
R-N-20 2 F POST /notifications/push/v1/providers/fcm
R-N-21 2 F PUT /notifications/push/v1/providers/fcm
R-N-22 2 F DELETE /notifications/push/v1/providers/fcm/{providerId}
R-N-23 2 F PUT /notifications/push/v1/providers/fcm/default/{providerId}
R-N-24 2 F GET /notifications/push/v1/providers/apns
R-N-25 2 F POST /notifications/push/v1/providers/apns
R-N-26 2 F PUT /notifications/push/v1/providers/apns
R-N-27 2 F DELETE /notifications/push/v1/providers/apns/{providerId}
R-N-28 2 F PUT /notifications/push/v1/providers/apns/default/{providerId}
R-N-29 2 F GET /notifications/push/v1/providers/custom
R-N-30 2 F POST /notifications/push/v1/providers/custom
R-N-31 2 F PUT /notifications/push/v1/providers/custom
R-N-32 2 F DELETE /notifications/push/v1/providers/custom
R-N-33 3 F GET /notifications/sms/v1/providers/twilio
R-N-34 3 F POST /notifications/sms/v1/providers/twilio
R-N-35 3 F PUT /notifications/sms/v1/providers/twilio
R-N-36 3 F DELETE /notifications/sms/v1/providers/twilio
R-N-37 3 F GET /notifications/sms/v1/providers/custom
R-N-38 3 F POST /notifications/sms/v1/providers/custom
R-N-39 3 F PUT /notifications/sms/v1/providers/custom
R-N-40 3 F DELETE /notifications/sms/v1/providers/custom
R-N-41 3 F GET /notifications/email/v1/providers/sendgrid
R-N-42 3 F POST /notifications/email/v1/providers/sendgrid
R-N-43 3 F PUT /notifications/email/v1/providers/sendgrid
R-N-44 3 F DELETE /notifications/email/v1/providers/sendgrid
R-N-45 3 F GET /notifications/email/v1/providers/custom
R-N-46 3 F POST /notifications/email/v1/providers/custom
R-N-47 3 F PUT /notifications/email/v1/providers/custom
R-N-48 3 F DELETE /notifications/email/v1/providers/custom
R-N-49 3 F GET /notifications/v1/logs
R-MOD-01 2 F POST /moderation/rules
R-MOD-02 2 F GET /moderation/rules
R-MOD-03 2 F GET /moderation/rules/{ruleId}
R-MOD-04 2 F PUT /moderation/rules/{ruleId}
R-MOD-05 2 F DELETE /moderation/rules/{ruleId}
R-MOD-06 2 F GET /moderation/rules/{ruleId}/revisions
R-MOD-07 2 F POST /moderation/keywords
R-MOD-08 2 F GET /moderation/keywords
R-MOD-09 2 F GET /moderation/keywords/{keywordId}
R-MOD-10 2 F PUT /moderation/keywords/{keywordId}
R-MOD-11 2 F DELETE /moderation/keywords/{keywordId}
R-MOD-12 2 F GET /moderation/blocked-messages
R-MOD-13 2 F PATCH /moderation/blocked-messages/{messageId}
R-MOD-14 3 F POST /moderation/messages
R-MOD-15 3 F GET /moderation/messages
R-MOD-16 3 F GET /moderation/messages/{id}
R-MOD-17 3 F PUT /moderation/messages/{id}
R-MOD-18 3 F DELETE /moderation/messages/{id}
R-MOD-19 2 F POST /moderation/reasons
R-MOD-20 2 FU GET /moderation/reasons
R-MOD-21 2 FU GET /moderation/reasons/{id}
R-MOD-22 2 F PUT /moderation/reasons/{id}
R-MOD-23 2 F DELETE /moderation/reasons/{id}
R-MOD-24 2 F GET /moderation/flagged-messages
R-MOD-25 2 F PATCH /moderation/flagged-messages/{id}
R-MOD-26 2 F GET /moderation/reviewed-messages
R-STAT-01 2 F GET /stats
R-STAT-02 2 F GET /stats/messages
R-BOT-01 3 F POST /bots/{uid}/messages
`;

function rowOf(line: string): UnbuiltRoute {
  const [number = "", tier = "", callers = "", method = "", path = ""] = line.split(" ");
  return {
    number, tier: Number(tier) as Tier, callers: callers.split("") as CallerLetter[], method: method as HttpMethod,
    path: fullPath(path), unbuilt: true,
  };
}

export const unbuiltRoutes: readonly UnbuiltRoute[] = LIST.trim().split("\n").map(rowOf);
