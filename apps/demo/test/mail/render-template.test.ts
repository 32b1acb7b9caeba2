import { describe, expect, test } from "vitest";
import { checkTemplate, renderTemplate, TemplateError } from "../../src/mail/templates/render-template.js";

const of = (text: string, html: string | null = null, subject = "") => ({ subject, text, html });

describe("a template", () => {
  test("is filled; what is put into HTML is escaped, into text it is not", () => {
    const source = of("Hello {{ name }}", "<p>Hello {{ name }}</p>", "For {{ name | upcase }}");
    expect(renderTemplate(source, { name: "Ada <b> & Co" })).toEqual({
      subject: "For ADA <B> & CO",
      text: "Hello Ada <b> & Co",
      html: "<p>Hello Ada &lt;b&gt; &amp; Co</p>",
      missing: [],
    });
  });

  test("names everything that it was not given, and shows the names in the places", () => {
    const source = of(
      "{{ user.name }}, {{ user.mail }}: {{ total }}{% if note %} {{ note }}{% endif %}",
      "<p>{{ user.name }}</p>",
      "{{ total }}",
    );
    expect(renderTemplate(source, { user: { name: "Ada" } })).toEqual({
      subject: "[total]",
      text: "Ada, [user.mail]: [total]",
      html: "<p>Ada</p>",
      missing: ["total", "user.mail"],
    });
    expect(renderTemplate(source, {}).missing).toEqual(["total", "user.mail", "user.name"]);
  });

  test("what is missing inside of a loop is named too, and ends it", () => {
    const source = of("{% for item in items %}{{ item.price }};{% endfor %}");
    expect(renderTemplate(source, { items: [{ price: 1 }, {}] })).toMatchObject({
      text: "1;;",
      missing: ["item.price"],
    });
    expect(renderTemplate(source, {}).missing).toContain("items");
  });

  test.each([
    ["an endless range", "{% for i in (1..1000000000) %}x{% endfor %}", "limit exceeded"],
    [
      "loops in loops",
      "{% for i in (1..900) %}{% for j in (1..900) %}{% for k in (1..900) %}x{% endfor %}{% endfor %}{% endfor %}",
      "limit exceeded",
    ],
    [
      "text that doubles itself",
      '{% assign s = "xxxxxxxxxx" %}{% for i in (1..60) %}{% assign s = s | append: s %}{% endfor %}{{ s }}',
      "limit exceeded",
    ],
    ["a huge width", '{{ "now" | date: "%999999999Y" }}', "limit exceeded"],
    ["a table of a huge range", "{% tablerow i in (1..100000000) %}x{% endtablerow %}", "limit exceeded"],
  ])("that makes too much is refused: %s", (_what, text, words) => {
    expect(() => renderTemplate(of(text), {})).toThrow(words);
    expect(() => renderTemplate(of("", text), {})).toThrow(TemplateError);
  });

  test.each([
    ["{% include 'x' %}"],
    ["{% render '/etc/passwd' %}"],
    ["{% layout 'x' %}"],
    ["{% block x %}{% endblock %}"],
    ["{{ x | raw }}"],
    ["{{ x | nope }}"],
    ["{{ x"],
    ["{% if x %}"],
    ["{% if x %}".repeat(9_000)],
    ["x".repeat(200_000)],
  ])("that reads files, goes around the escaping or is not finished is refused (%#)", (text) => {
    expect(() => checkTemplate(of(text))).toThrow(TemplateError);
    expect(() => checkTemplate(of("", text))).toThrow(TemplateError);
  });

  test("reaches nothing that values inherit", () => {
    for (const path of ["a.constructor", "a.__proto__", "a.toString", "a.constructor.constructor"])
      expect(renderTemplate(of(`{{ ${path} }}`), { a: {} }).missing, path).toHaveLength(1);
    renderTemplate(of("{{ __proto__.polluted }}{{ a.__proto__.polluted }}"), { a: {} });
    expect({}).not.toHaveProperty("polluted");
    const strange: Record<string, unknown> = JSON.parse(
      '{"a":{"__proto__":{"b":1},"toString":1,"valueOf":2}}',
    );
    expect(() => renderTemplate(of("{{ a }}"), strange)).toThrow(TemplateError);
  });

  test("values stay as they are", () => {
    const values = { user: {} };
    renderTemplate(of("{{ user.name }}{{ total }}"), values);
    expect(values).toEqual({ user: {} });
  });

  test.each(["x\r\nBcc: eve@example.test", "x\ny", "x\0y"])("a subject is one line (%j)", (name) => {
    expect(() => renderTemplate(of("", null, "Hello {{ name }}"), { name })).toThrow("one line");
  });
});
