/**
 * The name of a folder as one of a file: levels are parted by dots, and what a file system or Maildir++ reads as something
 * else is percent-encoded, so that two folders never get one name.
 */
export function folderFileName(path: string): string {
  const levels = path.split("/").map((level) => level.replaceAll(/[%./\\:*?"<>|\p{Cc}]/gu, encode));
  return levels.join(".");
}

function encode(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
}
