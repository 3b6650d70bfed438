/** Makes a test for lines: they contain the text, where `*` stands for any text. It takes time in proportion to a line. */
export function lineTest(pattern: string): (line: string) => boolean {
  const pieces = pattern.split('*').filter((piece) => piece !== '');
  return (line) => {
    let from = 0;
    for (const piece of pieces) {
      const found = line.indexOf(piece, from);
      if (found === -1) return false;
      from = found + piece.length;
    }
    return true;
  };
}
