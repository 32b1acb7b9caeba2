import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, keepToken, read } from "../api/client.js";
import { Button } from "../components/button.js";
import { Field } from "../components/field.js";
import { ErrorBox } from "../components/notice.js";
import { DoorPage } from "./door-page.js";
import { useEnter } from "./use-enter.js";

/** Logging in. */
export function LoginPage() {
  const [email, setEmail] = useState("");
  const [password, setPassword] = useState("");
  const login = useMutation({
    mutationFn: async () => keepToken(await read(client.session.$post({ json: { email, password } }))),
    onSuccess: useEnter(),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    login.mutate();
  };
  return (
    <DoorPage title="Log in">
      {login.isError && <ErrorBox error={login.error} />}
      <form onSubmit={submit}>
        <Field
          label="E-mail address"
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={(event) => setEmail(event.target.value)}
        />
        <Field
          label="Password"
          type="password"
          autoComplete="current-password"
          required
          value={password}
          onChange={(event) => setPassword(event.target.value)}
        />
        <Button type="submit" look="main" disabled={login.isPending}>
          {login.isPending ? "Logging in…" : "Log in"}
        </Button>
      </form>
    </DoorPage>
  );
}
