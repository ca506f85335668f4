// Signing in.

import { signInForm } from "/common/sign_in.js";

import { call, keep } from "./api.js";
import { trouble } from "./parts.js";
import { t } from "./words.js";

/** @param {(operator: {name: string, role: string}) => void} done @param {string} said */
export function signInView(done, said) {
  return signInForm({ t, trouble }, async (body) => {
    const { token, operator } = await call("POST", "/sign-in", body);
    keep({ token, operator });
    done(operator);
  }, said);
}
