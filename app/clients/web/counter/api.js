// Calls of the counter's door. A session is `{token, clerk: {name, role, place_name}}`.

import { door } from "/common/door.js";

export { Refused, Silent } from "/common/door.js";
export const { session, keep, forget, call } = door("/counter/api", "qinji.counter.session");
