// Reads a code with the camera, where the browser can.

import { h } from "/common/dom.js";

import { digitsOf, isCode } from "./scanner.js";
import { ask, notice } from "./view_parts.js";
import { t } from "./words.js";

const LOOK_EVERY_MS = 150;

/** Whether this browser can read codes itself. */
export function canSee() {
  return "BarcodeDetector" in window && Boolean(navigator.mediaDevices?.getUserMedia);
}

/** Opens the camera until a code is seen or the window is closed. */
export async function look(scanned) {
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
  const code = await seen(video, dialog);
  close();
  if (code) scanned(code);
}

async function seen(video, dialog) {
  const detector = new BarcodeDetector({ formats: ["qr_code", "code_128"] });
  while (dialog.open) {
    const found = video.readyState >= 2 ? await detector.detect(video) : [];
    const code = found.map((one) => digitsOf(one.rawValue)).find(isCode);
    if (code) return code;
    await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
  }
  return null;
}
