import { useState } from "react";
import type { ReactNode } from "react";
import type { Issue } from "../api/generated.ts";
import { list, record } from "../api/json.ts";
import { Field } from "../ui/field.tsx";
import { FilePicker } from "./file-picker.tsx";

export interface SchemaFieldProps {
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** Where the value stands in the body that is sent; faults name it so. */
  readonly pointer: string;
  readonly value: unknown;
  readonly required: boolean;
  readonly faults: readonly Issue[];
  readonly onChange: (value: unknown) => void;
}

/** A longer text gets room, and may come from a file. */
const lineCharactersMax = 200;

/** A control for one value of a JSON Schema. What has no control of its own is written as JSON. The server judges, not the form. */
export function SchemaField(props: SchemaFieldProps): ReactNode {
  const { schema, name } = props;
  if (Array.isArray(schema["enum"])) return <ChoiceField {...props} choices={list(schema["enum"])} />;
  switch (schema["type"]) {
    case "string":
      return <TextField {...props} />;
    case "number":
    case "integer":
      return <NumberField {...props} />;
    case "boolean":
      return <ChoiceField {...props} choices={[true, false]} />;
    case "object":
      return schema["properties"] === undefined ? (
        <JsonField {...props} />
      ) : (
        <fieldset className="field nested">
          <legend>{name}</legend>
          <SchemaFields {...props} />
        </fieldset>
      );
    default:
      return <JsonField {...props} />;
  }
}

/** The controls of an object's properties. */
export function SchemaFields({ schema, pointer, value, faults, onChange }: Omit<SchemaFieldProps, "name" | "required">): ReactNode {
  const required = list(schema["required"]);
  const fields = record(value);
  return Object.entries(record(schema["properties"])).map(([name, property]) => (
    <SchemaField
      key={name}
      name={name}
      schema={record(property)}
      pointer={`${pointer}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`}
      value={fields[name]}
      required={required.includes(name)}
      faults={faults}
      onChange={(changed) => {
        const { [name]: _, ...rest } = fields;
        onChange(changed === undefined ? rest : { ...rest, [name]: changed });
      }}
    />
  ));
}

function faultAt(faults: readonly Issue[], pointer: string): string | undefined {
  return faults.find((fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`))?.detail;
}

function fieldProps({ name, schema, pointer, required, faults }: SchemaFieldProps): Omit<Parameters<typeof Field>[0], "children"> {
  const { title, description } = schema;
  return {
    label: typeof title === "string" ? title : name,
    hint: typeof description === "string" ? description : undefined,
    fault: faultAt(faults, pointer),
    optional: !required,
  };
}

function TextField(props: SchemaFieldProps): ReactNode {
  const { schema, value, required, onChange } = props;
  const text = typeof value === "string" ? value : "";
  const change = (changed: string): void => onChange(changed === "" && !required ? undefined : changed);
  const { maxLength } = schema;
  if (typeof maxLength === "number" && maxLength <= lineCharactersMax)
    return (
      <Field {...fieldProps(props)}>
        {(control) => <input {...control} required={required} value={text} onChange={(event) => change(event.target.value)} />}
      </Field>
    );
  if (schema["pattern"] !== undefined && maxLength === undefined)
    return (
      <Field {...fieldProps(props)}>
        {(control) => <input {...control} required={required} value={text} onChange={(event) => change(event.target.value)} />}
      </Field>
    );
  return (
    <Field {...fieldProps(props)}>
      {(control) => (
        <>
          <textarea {...control} required={required} rows={4} value={text} onChange={(event) => change(event.target.value)} />
          <FilePicker label={`Text of ${props.name} from a file`} onFile={async (file) => change(await file.text())} />
        </>
      )}
    </Field>
  );
}

function NumberField(props: SchemaFieldProps): ReactNode {
  const { value, required, schema, onChange } = props;
  const [text, setText] = useState(typeof value === "number" ? String(value) : "");
  const change = (changed: string): void => {
    setText(changed);
    const number = Number(changed);
    // What is no number is sent as it stands, and refused with words.
    onChange(changed.trim() === "" ? undefined : Number.isFinite(number) ? number : changed);
  };
  return (
    <Field {...fieldProps(props)}>
      {(control) => (
        <input
          {...control}
          required={required}
          inputMode={schema["type"] === "integer" ? "numeric" : "decimal"}
          value={text}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Field>
  );
}

function ChoiceField(props: SchemaFieldProps & { readonly choices: readonly unknown[] }): ReactNode {
  const { choices, value, required, onChange } = props;
  return (
    <Field {...fieldProps(props)}>
      {(control) => (
        <select
          {...control}
          required={required}
          value={value === undefined ? "" : JSON.stringify(value)}
          onChange={(event) => onChange(choices.find((choice) => JSON.stringify(choice) === event.target.value))}
        >
          <option value="">{required ? "Choose" : "None"}</option>
          {choices.map((choice) => (
            <option key={JSON.stringify(choice)} value={JSON.stringify(choice)}>
              {typeof choice === "string" ? choice : JSON.stringify(choice)}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

export function JsonField(props: SchemaFieldProps): ReactNode {
  const { value, required, onChange } = props;
  const [text, setText] = useState(value === undefined ? "" : JSON.stringify(value, null, 2));
  const [fault, setFault] = useState<string>();
  const change = (changed: string): void => {
    setText(changed);
    setFault(undefined);
    if (changed.trim() === "") return onChange(undefined);
    try {
      return onChange(JSON.parse(changed));
    } catch (error) {
      return setFault(error instanceof Error ? error.message : "is not JSON");
    }
  };
  const given = fieldProps(props);
  return (
    <Field {...given} hint={given.hint ?? "As JSON"} fault={fault ?? given.fault}>
      {(control) => (
        <textarea
          {...control}
          className="mono"
          required={required}
          rows={4}
          value={text}
          onChange={(event) => change(event.target.value)}
        />
      )}
    </Field>
  );
}
