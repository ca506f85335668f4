// The institution's secret, as this machine keeps it: sealed with a key that the browser holds and
// hands to nobody, not to this page either. Whoever copies the disk's text has nothing of it.

const DATABASE = "qinji-till";
const KEYS = "keys";
const NAME = "machine";
const ALGORITHM = "AES-GCM";
const NONCE_BYTES = 12;

/** Whether this browser can seal: it must be this machine itself, or a line that nobody reads. */
export function canSeal() {
  return Boolean(globalThis.crypto?.subtle && globalThis.indexedDB);
}

/** @returns {Promise<{iv: string, sealed: string}>} what may be written down */
export async function sealSecret(text, belongsTo) {
  const key = await crypto.subtle.generateKey({ name: ALGORITHM, length: 256 }, false, ["encrypt", "decrypt"]);
  await inStore("readwrite", (store) => store.put(key, NAME));
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const bytes = await crypto.subtle.encrypt(
    { name: ALGORITHM, iv, additionalData: encoded(belongsTo) }, key, encoded(text),
  );
  return { iv: asText(iv), sealed: asText(new Uint8Array(bytes)) };
}

/** The secret again; null where the key is gone, or it belongs to something else. */
export async function openSecret({ iv, sealed }, belongsTo) {
  try {
    const key = await inStore("readonly", (store) => store.get(NAME));
    if (!key) return null;
    const bytes = await crypto.subtle.decrypt(
      { name: ALGORITHM, iv: asBytes(iv), additionalData: encoded(belongsTo) }, key, asBytes(sealed),
    );
    return new TextDecoder().decode(bytes);
  } catch {
    return null;
  }
}

/** Throws the key away: what was sealed with it stays so for ever. */
export async function forgetKey() {
  await inStore("readwrite", (store) => store.delete(NAME));
}

function inStore(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(DATABASE, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(KEYS);
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const transaction = database.transaction(KEYS, mode);
      const asked = act(transaction.objectStore(KEYS));
      const end = (done, what) => () => {
        database.close();
        done(what());
      };
      transaction.oncomplete = end(resolve, () => asked.result);
      transaction.onerror = end(reject, () => transaction.error);
    };
  });
}

function encoded(text) {
  return new TextEncoder().encode(text);
}

function asText(bytes) {
  return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
}

function asBytes(text) {
  return Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
}
