import { Duplex } from "node:stream";

/** Two ends of one connection: what is written to one is read from the other. */
export function duplexPair(): readonly [Duplex, Duplex] {
  const ends: Duplex[] = [];
  const end = (other: number): Duplex =>
    new Duplex({
      read() {},
      write(chunk: Buffer, _encoding, done) {
        ends[other]?.push(chunk);
        done();
      },
      final(done) {
        ends[other]?.push(null);
        done();
      },
    });
  const [left, right] = [end(1), end(0)];
  ends.push(left, right);
  return [left, right];
}
