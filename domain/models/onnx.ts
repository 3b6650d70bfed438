/** Fields of ONNX's ModelProto, and the field of its graph. https://onnx.ai/onnx/api/classes.html#modelproto */
const known = new Set([1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26]);
const graphField = 7;

/**
 * Whether a file begins as an ONNX model: protobuf fields that a model has, and a graph that fits into the file.
 * @throws RangeError if the file ends before its graph begins
 */
export function isOnnx(head: Buffer, size: number): boolean {
  let at = 0;
  const number = (): number => {
    let value = 0;
    for (let shift = 0; shift < 49; shift += 7) {
      const byte = head.readUInt8(at);
      at += 1;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number that is too long');
  };
  for (;;) {
    const tag = number();
    const field = Math.floor(tag / 8);
    if (!known.has(field)) return false;
    if (tag % 8 === 0) number();
    else if (tag % 8 === 2) {
      const length = number();
      if (field === graphField) return length > 0 && at + length <= size;
      at += length;
    } else return false;
  }
}
