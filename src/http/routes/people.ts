import { Type } from "typebox";
import type { Attestation } from "../../domain/attestation.ts";
import { actingAs } from "../../domain/caller.ts";
import type { Caller } from "../../domain/caller.ts";
import type { RunId, StepRunId } from "../../domain/ids.ts";
import { granted, idOf, jsonAnswer, preferenceAppliedHeader, problemsOf } from "../answers.ts";
import { attestParams, commandHeaders, idParams, keyHeaders } from "../contract.ts";
import type { AttestBody } from "../contract.ts";
import { Refused } from "../problems.ts";
import { idempotencyKey } from "../request-headers.ts";
import { named } from "../schema/components.ts";
import type { HttpServer, RouteOptions } from "../server-options.ts";
import { readRun, waitForRest } from "./runs.ts";

export function addPeople(server: HttpServer, options: RouteOptions): void {
  const { machine } = options;
  const tags = ["people"];
  const applied = { "Preference-Applied": preferenceAppliedHeader };
  const problems = problemsOf(400, 404, 409, 413, 415, 422);

  const attest = {
    operationId: "attestStep",
    tags,
    summary: "State what came of a waiting compute step",
    description:
      "SUCCESS must cover every declared output by name. FAIL ends the run. The run goes on after a resume, or at once with `resume: true`.",
    params: attestParams,
    headers: commandHeaders,
    body: named("AttestStep"),
    response: { 200: jsonAnswer("It is on record", named("Attested"), applied), ...problems },
  };
  server.post("/api/runs/:id/steps/:step_run_id/attest", { schema: attest }, async (request, reply) => {
    const runId = idOf<RunId>(request.params.id);
    const stepRunId = idOf<StepRunId>(request.params.step_run_id);
    const by = granted(actingAs(request.caller, nameOf(request, "attested_by")));
    const attestation = attestationOf(by.id, request.body);
    const attested = granted(
      await machine.submitAttestation({
        runId,
        stepRunId,
        by,
        attestation,
        signature: request.body.signature ?? null,
        resume: request.body.resume ?? false,
        key: idempotencyKey(request),
      }),
    );
    await waitForRest(options, runId, { request, reply });
    return reply.send({ ok: true as const, step_run_id: attested.stepRunId, new_status: attested.newStatus });
  });

  const verify = {
    operationId: "verifyAttestation",
    tags,
    summary: "Stand by an attestation that waits for another person, or reject it",
    description:
      "Under four_eyes a SUCCESS becomes the step's when enough persons stand by it: each another, none the run's initiator. A rejection, which needs a reason, lets the step wait for another attestation.",
    params: attestParams,
    headers: commandHeaders,
    body: named("VerifyAttestation"),
    response: { 200: jsonAnswer("It is on record", named("Attested"), applied), ...problems },
  };
  server.post("/api/runs/:id/steps/:step_run_id/verify", { schema: verify }, async (request, reply) => {
    const runId = idOf<RunId>(request.params.id);
    const stepRunId = idOf<StepRunId>(request.params.step_run_id);
    const { verdict, reason = null, signature = null, resume: goesOn = false } = request.body;
    const by = granted(actingAs(request.caller, nameOf(request, "verified_by")));
    if (verdict === "REJECTED" && reason === null) throw missing("reason");
    const asked = { runId, stepRunId, by, verdict, reason, signature, resume: goesOn, key: idempotencyKey(request) };
    const verified = granted(await machine.verifyAttestation(asked));
    await waitForRest(options, runId, { request, reply });
    return reply.send({ ok: true as const, step_run_id: verified.stepRunId, new_status: verified.newStatus });
  });

  const challenge = {
    operationId: "issueChallenge",
    tags,
    summary: "What to sign on a waiting step",
    description: "Binds a signature to this run, step, contract and input, to one person and to a quarter of an hour. Good for one answer.",
    params: attestParams,
    body: named("AskForChallenge"),
    response: { 201: jsonAnswer("The challenge", named("Challenge")), ...problems },
  };
  server.post("/api/runs/:id/steps/:step_run_id/challenge", { schema: challenge }, async (request, reply) => {
    const runId = idOf<RunId>(request.params.id);
    const stepRunId = idOf<StepRunId>(request.params.step_run_id);
    const to = granted(actingAs(request.caller, nameOf(request, "to"))).id;
    return reply.code(201).send(granted(await machine.issueChallenge({ runId, stepRunId, to })));
  });

  const resume = {
    operationId: "resumeRun",
    tags,
    summary: "Hand an attested, waiting run back to the workers",
    params: idParams,
    headers: commandHeaders,
    body: Type.Union([named("ResumeRun"), Type.Null()]),
    response: { 200: jsonAnswer("The run, which goes on by itself", named("Run"), applied), ...problems },
  };
  server.post(
    "/api/runs/:id/resume",
    { schema: resume, preValidation: async (request) => void (request.body ??= null) },
    async (request, reply) => {
      const runId = idOf<RunId>(request.params.id);
      const by = granted(actingAs(request.caller, request.body?.initiated_by ?? null));
      granted(await machine.resumeRun({ runId, by, key: idempotencyKey(request) }));
      await waitForRest(options, runId, { request, reply });
      return reply.send(await readRun(machine, runId));
    },
  );

  const cancel = {
    operationId: "cancelRun",
    tags,
    summary: "End a run, for a stated reason",
    params: idParams,
    headers: keyHeaders,
    body: named("CancelRun"),
    response: { 200: jsonAnswer("The run, which has ended", named("Run")), ...problems },
  };
  server.post("/api/runs/:id/cancel", { schema: cancel }, async (request, reply) => {
    const runId = idOf<RunId>(request.params.id);
    const by = granted(actingAs(request.caller, nameOf(request, "cancelled_by")));
    granted(await machine.cancelRun({ runId, by, reason: request.body.reason, key: idempotencyKey(request) }));
    return reply.send(await readRun(machine, runId));
  });
}

/** The name a body gives. Where nobody has to say who they are it must give one, for there is no other. */
export function nameOf<
  Member extends "attested_by" | "verified_by" | "cancelled_by" | "to" | "requested_by" | "approved_by" | "held_by" | "released_by",
>(request: { readonly caller: Caller; readonly body: { readonly [member in Member]?: string } }, member: Member): string | null {
  const name = request.body[member] ?? null;
  if (name !== null || request.caller.type === "person") return name;
  throw missing(member);
}

function missing(member: string): Refused {
  const errors = [{ pointer: `/${member}`, detail: `must have required properties ${member}` }];
  return new Refused("invalid_input", "the body does not match its schema", errors);
}

function attestationOf(by: string, { outcome, notes = null, artifacts = [], output = null }: AttestBody): Attestation {
  return {
    attested_by: by,
    outcome,
    notes,
    artifacts: artifacts.map(({ name, uri, sha256 = null, bytes = null }) => ({ name, uri, sha256, bytes })),
    output,
  };
}
