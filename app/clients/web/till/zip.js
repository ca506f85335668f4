// The zip of one file that 9101 takes and 9102 gives (WIRE Files).

const TABLE = Uint32Array.from({ length: 256 }, (_, at) => {
  let value = at;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const LOCAL_SIZE = 30;
const CENTRAL_SIZE = 46;
const END_SIZE = 22;
const DEFLATED = 8;

/**
 * A zip of one file, stored as it is.
 *
 * @param {string} name ASCII
 * @param {Uint8Array} content
 */
export function packed(name, content) {
  const label = new TextEncoder().encode(name);
  const body = LOCAL_SIZE + label.length + content.length;
  const whole = new Uint8Array(body + CENTRAL_SIZE + label.length + END_SIZE);
  const facts = [0, 0, 0x21, crc(content), content.length, content.length, label.length, 0];
  write(whole, 0, [[LOCAL, 4], [20, 2], ...sized(facts)]);
  whole.set(label, LOCAL_SIZE);
  whole.set(content, LOCAL_SIZE + label.length);
  const rest = [[0, 2], [0, 2], [0, 2], [0, 4], [0, 4]];
  write(whole, body, [[CENTRAL, 4], [20, 2], [20, 2], ...sized(facts), ...rest]);
  whole.set(label, body + CENTRAL_SIZE);
  const directory = CENTRAL_SIZE + label.length;
  const end = [[END, 4], [0, 2], [0, 2], [1, 2], [1, 2], [directory, 4], [body, 4], [0, 2]];
  write(whole, body + directory, end);
  return whole;
}

/**
 * The text of the one file in a zip.
 *
 * @throws {Error} it is no such zip
 */
export async function unpacked(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_SIZE;
  while (end >= 0 && view.getUint32(end, true) !== END) end--;
  if (end < 0 || view.getUint16(end + 10, true) !== 1) throw new Error("not a zip of one file");
  const central = view.getUint32(end + 16, true);
  const [method, size] = [view.getUint16(central + 10, true), view.getUint32(central + 20, true)];
  const local = view.getUint32(central + 42, true);
  const names = view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const start = local + LOCAL_SIZE + names;
  const content = bytes.slice(start, start + size);
  return new TextDecoder().decode(method === DEFLATED ? await inflated(content) : content);
}

async function inflated(content) {
  const stream = new Blob([content]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function sized([flags, method, date, sum, size, plain, name, extra]) {
  return [
    [flags, 2], [method, 2], [0, 2], [date, 2], [sum, 4], [size, 4], [plain, 4], [name, 2],
    [extra, 2],
  ];
}

function write(whole, start, fields) {
  const view = new DataView(whole.buffer);
  let at = start;
  for (const [value, size] of fields) {
    if (size === 4) view.setUint32(at, value, true);
    else view.setUint16(at, value, true);
    at += size;
  }
}

function crc(content) {
  let value = 0xffffffff;
  for (const one of content) value = TABLE[(value ^ one) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}
