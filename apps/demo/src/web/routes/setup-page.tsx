import { useMutation } from "@tanstack/react-query";
import { useSearch } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { client, keepToken, read } from "../api/client.js";
import { errorAt } from "../api/problem-error.js";
import { Button } from "../components/button.js";
import { Field } from "../components/field.js";
import { ErrorBox } from "../components/notice.js";
import { DoorPage } from "./door-page.js";
import { useEnter } from "./use-enter.js";

/** The first person of all, by the token that the program printed. */
export function SetupPage() {
  const { token = "" } = useSearch({ from: "/setup" });
  const [values, setValues] = useState({ name: "", email: "", password: "" });
  const setup = useMutation({
    mutationFn: async () => keepToken(await read(client.setup.$post({ json: { ...values, token } }))),
    onSuccess: useEnter(),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    setup.mutate();
  };
  const field = (name: keyof typeof values) => ({
    name,
    required: true,
    value: values[name],
    error: errorAt(setup.error, `/${name}`),
    onChange: (event: { readonly target: { readonly value: string } }) =>
      setValues({ ...values, [name]: event.target.value }),
  });
  return (
    <DoorPage title="Set up Mailwright">
      {setup.isError && <ErrorBox error={setup.error} />}
      <form onSubmit={submit}>
        <Field label="Name of the household or team" autoComplete="organization" {...field("name")} />
        <Field label="Your e-mail address" type="email" autoComplete="username" {...field("email")} />
        <Field
          label="Password"
          type="password"
          autoComplete="new-password"
          minLength={10}
          hint="At least 10 characters"
          {...field("password")}
        />
        <Button type="submit" look="main" disabled={setup.isPending}>
          {setup.isPending ? "Setting up…" : "Set up"}
        </Button>
      </form>
    </DoorPage>
  );
}
