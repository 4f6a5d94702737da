import type { Registry } from "./connections/registry.js";
import type { Parties } from "./signals/parties.js";
import type { Transients } from "./signals/transients.js";
import type { TypingIndicators } from "./signals/typing.js";

/** What handlers may use. */
export interface PresenceContext {
  readonly registry: Registry;
  readonly typing: TypingIndicators;
  readonly parties: Parties;
  readonly transients: Transients;
}
