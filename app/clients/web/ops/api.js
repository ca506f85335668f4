// Calls of the night shift's door. A session is `{token, operator: {name, role}}`.

import { PATIENCE_MS, door } from "/common/door.js";

export { Refused, Silent } from "/common/door.js";
export const { session, keep, forget, call } = door("/ops/api", "qinji.ops.session");

/** What the process itself says of its dependencies; null when it says nothing. */
export async function readiness() {
  try {
    const response = await fetch("/health/ready", { signal: AbortSignal.timeout(PATIENCE_MS) });
    return await response.json();
  } catch {
    return null;
  }
}
