-- Why: who may do what must be known to the database and on record: tokens are let in by the digest of their secret,
-- signatures count under keys that were enrolled, and whatever is granted or revoked is an entry of the register before it is true.
--
-- The register is one more chain of entries, under an id of its own beside the runs: its entries stand in reckoning.entry, and
-- its head in run_head as one that always waits, so that it is sealed like any run and nobody ever claims it.
-- The tables below are folds of it: reckoning.register derives each row from the entry it has just inserted, so no row says
-- what the record does not. A token is never changed: its revocation is a row of its own.

create table reckoning.token (
  token_id uuid primary key,
  register_id uuid not null,
  created_seq integer not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  idle_seconds integer check (idle_seconds > 0),
  subject text not null check (octet_length(subject) between 1 and 800),
  roles text[] not null check (
    cardinality(roles) > 0
    and roles <@ array['author', 'releaser', 'runner', 'attestor', 'verifier', 'auditor', 'eraser', 'key_custodian', 'admin']
  ),
  secret_digest bytea not null check (octet_length(secret_digest) = 32)
);
comment on table reckoning.token is 'API tokens that were ever given out. The secret itself is nowhere; it was shown once.';
comment on column reckoning.token.token_id is 'First part of the token, which is no secret.';
comment on column reckoning.token.register_id is 'Register that holds the entry of its creation.';
comment on column reckoning.token.created_seq is 'That entry.';
comment on column reckoning.token.created_at is 'When it was given out, by the database clock.';
comment on column reckoning.token.expires_at is 'When it stops to let anybody in.';
comment on column reckoning.token.idle_seconds is 'A session of a browser ends after so long without use; null: a token of programs.';
comment on column reckoning.token.subject is 'Whose it is: the name that stands under everything done with it.';
comment on column reckoning.token.roles is 'What it may be used for.';
comment on column reckoning.token.secret_digest is 'SHA-256 of its secret, 256 random bits.';
create index token_by_subject on reckoning.token (subject, created_at);

create table reckoning.token_use (
  token_id uuid primary key references reckoning.token (token_id),
  used_at timestamptz not null
);
comment on table reckoning.token_use is 'When sessions were last used, to a minute or so.';
comment on column reckoning.token_use.token_id is 'The session.';
comment on column reckoning.token_use.used_at is 'When, by the database clock.';

create table reckoning.token_revocation (
  token_id uuid primary key references reckoning.token (token_id),
  revoked_seq integer not null,
  revoked_at timestamptz not null,
  reason text not null
);
comment on table reckoning.token_revocation is 'Tokens that let nobody in any more, from the given entry of the register on.';
comment on column reckoning.token_revocation.token_id is 'The token.';
comment on column reckoning.token_revocation.revoked_seq is 'Entry of the register that says so.';
comment on column reckoning.token_revocation.revoked_at is 'When, by the database clock.';
comment on column reckoning.token_revocation.reason is 'Why.';

create table reckoning.operator_key (
  key_id bytea primary key check (octet_length(key_id) = 32),
  register_id uuid not null,
  enrolled_seq integer not null,
  enrolled_at timestamptz not null,
  subject text not null check (octet_length(subject) between 1 and 800),
  printed_name text not null check (octet_length(printed_name) between 1 and 800),
  public_key text not null check (public_key ~ '^ed25519:[A-Za-z0-9_-]{43}$'),
  replaces bytea references reckoning.operator_key (key_id)
);
comment on table reckoning.operator_key is 'Keys that persons sign with. The private halves were never here.';
comment on column reckoning.operator_key.key_id is 'SHA-256 of the SubjectPublicKeyInfo.';
comment on column reckoning.operator_key.register_id is 'Register that holds the entry of its enrolment.';
comment on column reckoning.operator_key.enrolled_seq is 'That entry. A signature given before it does not count.';
comment on column reckoning.operator_key.enrolled_at is 'When it was enrolled, by the database clock.';
comment on column reckoning.operator_key.subject is 'Whose it is: the name they are let in under.';
comment on column reckoning.operator_key.printed_name is 'How they are named beside a signature.';
comment on column reckoning.operator_key.public_key is 'The public half: ed25519: and 32 bytes in base64url.';
comment on column reckoning.operator_key.replaces is 'The key it took the place of; null for a first one.';
create index operator_key_by_subject on reckoning.operator_key (subject, enrolled_at);

create table reckoning.key_revocation (
  key_id bytea primary key references reckoning.operator_key (key_id),
  revoked_seq integer not null,
  revoked_at timestamptz not null,
  reason text not null
);
comment on table reckoning.key_revocation is 'Keys that nothing is taken from any more, from the given entry of the register on. What they signed before stays signed.';
comment on column reckoning.key_revocation.key_id is 'The key.';
comment on column reckoning.key_revocation.revoked_seq is 'Entry of the register that says so.';
comment on column reckoning.key_revocation.revoked_at is 'When, by the database clock.';
comment on column reckoning.key_revocation.reason is 'Why.';

create table reckoning.challenge (
  nonce bytea primary key check (octet_length(nonce) = 32),
  digest bytea not null check (octet_length(digest) = 32),
  run_id uuid not null,
  step_key text not null,
  issued_to text not null,
  issued_at timestamptz not null default clock_timestamp(),
  deadline timestamptz not null
);
comment on table reckoning.challenge is 'What was handed out to be signed. Whether it was answered stands in the entries of its run.';
comment on column reckoning.challenge.nonce is '32 random bytes that name it.';
comment on column reckoning.challenge.digest is 'SHA-256 of its RFC 8785 bytes: an altered one is noticed by it.';
comment on column reckoning.challenge.run_id is 'The run it is about.';
comment on column reckoning.challenge.step_key is 'The step it is about.';
comment on column reckoning.challenge.issued_to is 'Whoever asked for it, and nobody else may answer.';
comment on column reckoning.challenge.issued_at is 'When, by the database clock.';
comment on column reckoning.challenge.deadline is 'Until when it can be answered.';

create table reckoning.access (
  at timestamptz not null default clock_timestamp(),
  subject text not null,
  credential text not null,
  operation text not null,
  target text not null
);
comment on table reckoning.access is 'What auditors looked at and took with them. Kept beside the record, not in it: see docs/adr.';
comment on column reckoning.access.at is 'When it was asked for, by the database clock.';
comment on column reckoning.access.subject is 'Who asked.';
comment on column reckoning.access.credential is 'By which token or session.';
comment on column reckoning.access.operation is 'Operation of the HTTP interface.';
comment on column reckoning.access.target is 'Path that was asked for, without its query.';
create index access_by_time on reckoning.access (at);
create index access_by_subject on reckoning.access (subject, at);

create trigger never_removed before delete or truncate on reckoning.token_use
  for each statement execute function reckoning.refuse_removal();
alter table reckoning.token_use enable always trigger never_removed;
select reckoning.guard(name) from unnest(array['token', 'token_revocation', 'operator_key', 'key_revocation', 'challenge', 'access']) as t (name);

-- Appends one entry to a register and makes true what it says. False: the register has moved, or there is nothing to be
-- revoked any more; nothing was written.
create function reckoning.register(p_register uuid, p_count integer, p_body bytea, p_leaf bytea) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  said constant jsonb := convert_from(p_body, 'UTF8')::jsonb;
  told constant jsonb := said -> 'data';
  moment constant timestamptz := (said ->> 'at')::timestamptz;
begin
  if p_count = 0 then
    insert into reckoning.run_head (run_id, epoch, entry_count, leaf, status) values (p_register, 1, 1, p_leaf, 'waiting') on conflict do nothing;
  else
    update reckoning.run_head
       set entry_count = p_count + 1, leaf = p_leaf, sealed = false
     where run_id = p_register and entry_count = p_count and leaf = decode(said ->> 'prev', 'hex');
  end if;
  if not found then return false; end if;
  if (said ->> 'run')::uuid <> p_register or (said ->> 'seq')::integer <> p_count then
    raise exception 'entry % of register % says that it is another', p_count, p_register;
  end if;
  insert into reckoning.entry (run_id, seq, leaf, body) values (p_register, p_count, p_leaf, p_body);
  case said ->> 'kind'
    when 'token.created' then
      insert into reckoning.token (token_id, register_id, created_seq, created_at, expires_at, idle_seconds, subject, roles, secret_digest)
      values ((told ->> 'token')::uuid, p_register, p_count, moment, (told ->> 'expires_at')::timestamptz,
              (told ->> 'idle_seconds')::integer, told ->> 'subject',
              array(select jsonb_array_elements_text(told -> 'roles')), decode(told ->> 'secret_sha256', 'hex'));
    when 'token.revoked' then
      insert into reckoning.token_revocation (token_id, revoked_seq, revoked_at, reason)
      values ((told ->> 'token')::uuid, p_count, moment, told ->> 'reason');
    when 'key.enrolled' then
      insert into reckoning.operator_key (key_id, register_id, enrolled_seq, enrolled_at, subject, printed_name, public_key, replaces)
      values (decode(told ->> 'key', 'hex'), p_register, p_count, moment, told ->> 'subject', told ->> 'printed_name', told ->> 'public_key',
              decode(told ->> 'replaces', 'hex'));
    when 'key.revoked' then
      insert into reckoning.key_revocation (key_id, revoked_seq, revoked_at, reason)
      values (decode(told ->> 'key', 'hex'), p_count, moment, told ->> 'reason');
    when 'signature.refused', 'backup.restored', 'auth.disabled' then
      null;
  end case;
  return true;
end $$;

-- Writes at most once a minute, and often enough that a session in use does not end as an idle one.
create function reckoning.use_token(p_token uuid) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into reckoning.token_use as u (token_id, used_at)
  select t.token_id, clock_timestamp() from reckoning.token t where t.token_id = p_token
  on conflict (token_id) do update
     set used_at = excluded.used_at
   where u.used_at < clock_timestamp() - least(interval '1 minute', (select t.idle_seconds from reckoning.token t where t.token_id = p_token) * interval '100 milliseconds')
$$;

create function reckoning.issue_challenge(p_nonce bytea, p_digest bytea, p_run uuid, p_step text, p_to text, p_deadline timestamptz) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into reckoning.challenge (nonce, digest, run_id, step_key, issued_to, deadline) values (p_nonce, p_digest, p_run, p_step, p_to, p_deadline)
$$;

create function reckoning.note_access(p_subject text, p_credential text, p_operation text, p_target text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into reckoning.access (subject, credential, operation, target) values (p_subject, p_credential, p_operation, p_target)
$$;

revoke all on all functions in schema reckoning from public;
