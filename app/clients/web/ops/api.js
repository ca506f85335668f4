// Calls of the night shift's door. A session is `{token, operator: {name, role}}`.

import { PATIENCE_MS, Refused, Silent, door } from "/common/door.js";
import { language } from "/common/words.js";

export { Refused, Silent } from "/common/door.js";
export const { session, keep, forget, call } = door("/ops/api", "qinji.ops.session");

/** The table at an address, as a file that a spreadsheet opens. */
export async function download(path, name) {
  const response = await fetch(`/ops/api${path}`, {
    headers: { Accept: "text/csv", "Accept-Language": language(), Authorization: `Bearer ${session()?.token}` },
    signal: AbortSignal.timeout(4 * PATIENCE_MS), cache: "no-store",
  }).catch(() => {
    throw new Silent();
  });
  if (!response.ok) throw new Refused(response.status, await response.json());
  const url = URL.createObjectURL(await response.blob());
  Object.assign(document.createElement("a"), { href: url, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(url), PATIENCE_MS);
}

/** What the process itself says of its dependencies; null when it says nothing. */
export async function readiness() {
  try {
    const response = await fetch("/health/ready", { signal: AbortSignal.timeout(PATIENCE_MS) });
    return await response.json();
  } catch {
    return null;
  }
}
