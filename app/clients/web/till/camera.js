// Reads a code with the camera, where the browser can.

import { h } from "/common/dom.js";

import { boxOf } from "./box.js";
import { digitsOf, isCode } from "./scanner.js";
import { ask, notice } from "./view_parts.js";
import { t } from "./words.js";

const LOOK_EVERY_MS = 150;

/** Whether this browser can read codes itself. */
export function canSee() {
  return "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);
}

/** Opens the camera until a code of a person or of goods is seen, or the window is closed. */
export async function look(scanned, goods) {
  const video = h("video", { class: "camera", autoplay: true, playsinline: true, muted: true });
  const shown = h("div", {}, video);
  const { dialog, close } = ask(t("camera_title"), shown, (shut) => [
    h("button", { type: "button", onclick: shut }, t("close")),
  ]);
  let stream;
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    shown.replaceChildren(notice("bad", t("camera_none")));
    return;
  }
  dialog.addEventListener("close", () => stream.getTracks().forEach((track) => track.stop()));
  video.srcObject = stream;
  const text = await seen(video, dialog);
  close();
  if (!text) return;
  const digits = digitsOf(text);
  if (isCode(digits)) scanned(digits);
  else goods(boxOf(text));
}

async function seen(video, dialog) {
  const formats = ["qr_code", "code_128", "data_matrix", "ean_13"];
  const detector = new BarcodeDetector({ formats });
  while (dialog.open) {
    const found = video.readyState >= 2 ? await detector.detect(video) : [];
    const text = found.map((one) => one.rawValue).find((one) => isCode(digitsOf(one)) || boxOf(one));
    if (text) return text;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return null;
}
