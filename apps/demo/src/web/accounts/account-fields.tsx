import type { ChangeEvent, ReactNode } from "react";
import { errorAt } from "../api/problem-error.js";
import { Field } from "../components/field.js";
import { SelectField } from "../components/select-field.js";
import { type AccountValues, PERIOD_NAMES, SECURITY_NAMES, withPort } from "./account-values.js";
import styles from "./accounts.module.css";

interface AccountFieldsProps {
  readonly values: AccountValues;
  readonly onValues: (values: AccountValues) => void;
  /** What the last try came to; says at each field what is wrong with it. */
  readonly error: unknown;
  /** Of an account that is there already: its address and kind stay. */
  readonly isStored?: boolean;
  readonly onAddress?: () => void;
  readonly passwordHint?: ReactNode;
}

/** What an account is made of. */
export function AccountFields(props: AccountFieldsProps) {
  const { values, onValues, error, isStored = false, onAddress, passwordHint } = props;
  const field = (name: keyof AccountValues, pointer: string) => ({
    name,
    value: values[name],
    error: errorAt(error, pointer),
    onChange: (event: ChangeEvent<HTMLInputElement>) => onValues({ ...values, [name]: event.target.value }),
  });
  return (
    <>
      {!isStored && (
        <Field
          label="E-mail address"
          type="email"
          autoComplete="off"
          required
          onBlur={onAddress}
          {...field("address", "/address")}
        />
      )}
      <Field
        label="Password"
        type="password"
        autoComplete="off"
        required={!isStored}
        hint={isStored ? "Leave it empty to keep the one that is stored" : passwordHint}
        {...field("password", "/secret/incoming/password")}
      />
      <Field label="Name" hint="As it is shown here" {...field("name", "/name")} />
      {!isStored && values.kind === "imap" && (
        <SelectField
          label="Mail that is there"
          value={values.period}
          choices={PERIOD_NAMES}
          onChoice={(period) => onValues({ ...values, period })}
        />
      )}
      <fieldset className={styles.server}>
        <legend>Server</legend>
        {!isStored && (
          <SelectField
            label="Protocol"
            value={values.kind}
            choices={{ imap: "IMAP", pop3: "POP3" }}
            onChoice={(kind) => onValues({ ...withPort(values, { kind }), host: "" })}
          />
        )}
        <Field label="Server name" required autoComplete="off" {...field("host", "/incoming/host")} />
        <Field
          label="Port"
          inputMode="numeric"
          pattern="[0-9]{1,5}"
          required
          {...field("port", "/incoming/port")}
        />
        <SelectField
          label="Protection"
          value={values.security}
          choices={SECURITY_NAMES}
          onChoice={(security) => onValues(withPort(values, { security }))}
        />
        <Field
          label="User name"
          autoComplete="off"
          hint="The address, when empty"
          {...field("user", "/incoming/user")}
        />
      </fieldset>
      <fieldset className={styles.server}>
        <legend>Sending</legend>
        <Field
          label="Outgoing server"
          autoComplete="off"
          hint="Such as smtp.example.com:465; empty, the account only reads"
          {...field("outgoing", "/outgoing/host")}
        />
        <SelectField
          label="Outgoing protection"
          value={values.outgoingSecurity}
          choices={SECURITY_NAMES}
          onChoice={(outgoingSecurity) => onValues({ ...values, outgoingSecurity })}
        />
      </fieldset>
    </>
  );
}
