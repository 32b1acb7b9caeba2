import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { errorAt } from "../api/problem-error.js";
import { Button } from "../components/button.js";
import { Field } from "../components/field.js";
import { ErrorBox } from "../components/notice.js";
import { TextField } from "../components/text-field.js";
import { saveTemplate, type Template, type TemplateValues } from "./template-queries.js";
import styles from "./templates.module.css";

interface TemplateFormProps {
  readonly template: Template | undefined;
  readonly onSaved?: (saved: Template) => void;
}

const PLACES = ["/name", "/subject", "/text", "/html", "/variables"];

/** The words of a template; what is wrong with them is said at their place. */
export function TemplateForm({ template, onSaved }: TemplateFormProps) {
  const [name, setName] = useState(template?.name ?? "");
  const [subject, setSubject] = useState(template?.subject ?? "");
  const [text, setText] = useState(template?.text ?? "");
  const [html, setHtml] = useState(template?.html ?? "");
  const [variables, setVariables] = useState(JSON.stringify(template?.variables ?? {}, undefined, 2));
  const values = parseValues(variables);
  const save = useMutation({
    mutationFn: async (given: TemplateValues) => await saveTemplate(template, given),
    onSuccess: (saved) => onSaved?.(saved),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (values === undefined) return;
    const parts = { text: text === "" ? null : text, html: html === "" ? null : html };
    save.mutate({ name, subject, ...parts, variables: values });
  };
  const isPlaced = PLACES.some((place) => errorAt(save.error, place) !== undefined);
  return (
    <form onSubmit={submit} className={styles.form} aria-label="Template">
      <Field
        label="Name"
        required
        value={name}
        error={errorAt(save.error, "/name")}
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label="Subject"
        value={subject}
        error={errorAt(save.error, "/subject")}
        onChange={(event) => setSubject(event.target.value)}
      />
      <TextField
        label="Text"
        rows={6}
        value={text}
        error={errorAt(save.error, "/text")}
        onChange={(event) => setText(event.target.value)}
      />
      <TextField
        label="HTML"
        rows={8}
        value={html}
        hint="What is put in is escaped."
        error={errorAt(save.error, "/html")}
        onChange={(event) => setHtml(event.target.value)}
      />
      <TextField
        label="Values for the preview"
        rows={4}
        value={variables}
        hint={'In JSON: { "name": "Ada" }'}
        error={values === undefined ? "This is no object of JSON" : errorAt(save.error, "/variables")}
        onChange={(event) => setVariables(event.target.value)}
      />
      {save.isError && !isPlaced && <ErrorBox error={save.error} />}
      <p>
        <Button type="submit" look="main" disabled={save.isPending || values === undefined}>
          {template === undefined ? "Add the template" : "Save and preview"}
        </Button>
      </p>
    </form>
  );
}

function parseValues(text: string): TemplateValues["variables"] | undefined {
  try {
    const values: unknown = JSON.parse(text);
    return isObject(values) ? values : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is NonNullable<TemplateValues["variables"]> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
