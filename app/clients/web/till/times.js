// The wire's times: a clock in China, whatever the till's own zone.

const PARTS = new Intl.DateTimeFormat("en-CA", {
  timeZone: "Asia/Shanghai", hourCycle: "h23",
  year: "numeric", month: "2-digit", day: "2-digit",
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});

/** `yyyy-MM-dd HH:mm:ss`. */
export function wireTime(moment) {
  const part = Object.fromEntries(PARTS.formatToParts(moment).map((one) => [one.type, one.value]));
  return `${part.year}-${part.month}-${part.day} ${part.hour}:${part.minute}:${part.second}`;
}

/** `yyyy-MM-dd`. */
export function wireDay(moment) {
  return wireTime(moment).slice(0, 10);
}
