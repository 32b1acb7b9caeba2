import { expect, test } from "vitest";
import { LinkedList, LinkedNode } from "../src/linked-list.js";

test("a chain keeps the order of arrival, whoever leaves from wherever", () => {
  const chain = new LinkedList<number>();
  const nodes = [1, 2, 3, 4, 5].map((value) => new LinkedNode(value));
  for (const node of nodes) chain.append(node);
  const [first, , third, , last] = nodes;
  for (const node of [third, first, last]) if (node !== undefined) expect(chain.remove(node)).toBe(true);
  expect([...chain]).toEqual([2, 4]);
  expect([chain.first?.value, chain.last?.value, chain.size]).toEqual([2, 4, 2]);
});

test("a node stands in one chain at a time and only once", () => {
  const [one, other] = [new LinkedList<string>(), new LinkedList<string>()];
  const node = new LinkedNode("a");
  one.append(node);
  one.append(node);
  other.append(node);
  expect([one.size, other.size]).toEqual([1, 0]);
  expect(other.remove(node)).toBe(false);
  expect(one.remove(node)).toBe(true);
  expect(one.remove(node)).toBe(false);
  other.append(node);
  expect([...other]).toEqual(["a"]);
});
