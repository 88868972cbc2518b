import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactNode } from "react";
import { call } from "../api/client.ts";
import { keepToken } from "../api/session.ts";
import { useTitle } from "../lib/use-title.ts";
import { Field } from "../ui/field.tsx";
import { Trouble } from "../ui/states.tsx";

/** Asks for an API token and tries it before it is kept. */
export function SignIn(): ReactNode {
  useTitle("Sign in");
  const [token, setToken] = useState("");
  const client = useQueryClient();
  const methods = useQuery({ queryKey: ["sign-in"], queryFn: () => call("signInMethods", {}), staleTime: Number.POSITIVE_INFINITY });
  const signIn = useMutation({
    mutationFn: () => call("whoAmI", { headers: { authorization: `Bearer ${token.trim()}` } }),
    onSuccess: (me) => {
      client.clear();
      client.setQueryData(["me"], me);
      keepToken(token.trim());
    },
  });
  return (
    <form
      className="card stack form-card"
      onSubmit={(event) => {
        event.preventDefault();
        signIn.mutate();
      }}
    >
      <h1>Sign in</h1>
      {methods.data?.provider === true && (
        <p>
          <a href="/auth/sign-in">Sign in at your organisation</a>, or with a token:
        </p>
      )}
      <Field label="API token" hint="Made by an admin with reckon token create. It is kept until this tab is closed.">
        {(control) => (
          <input
            {...control}
            type="password"
            required
            autoComplete="off"
            value={token}
            onChange={(event) => setToken(event.target.value)}
          />
        )}
      </Field>
      {signIn.isError && <Trouble error={signIn.error} />}
      <div>
        <button type="submit" className="primary" disabled={signIn.isPending}>
          Sign in
        </button>
      </div>
    </form>
  );
}
