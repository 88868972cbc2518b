-- Why: files that an attestation names are evidence only if they are here: hashed by us while they came in, and part of every
-- backup of the database. They are kept in pieces of bounded size, so that neither side ever holds a whole one in memory.

create table reckoning.upload (
  upload_id uuid primary key,
  sha256 bytea not null check (octet_length(sha256) = 32),
  bytes bigint not null check (bytes >= 0),
  uploaded_by text not null,
  credential text,
  uploaded_at timestamptz not null default clock_timestamp()
);
comment on table reckoning.upload is 'Files that were handed over. A row is there only when all of its bytes are.';
comment on column reckoning.upload.upload_id is 'Names the file. Its digest does not, since the digest of a file that can be guessed says what is in it.';
comment on column reckoning.upload.sha256 is 'SHA-256 of all its bytes, computed by the server while they came in.';
comment on column reckoning.upload.bytes is 'How many there are.';
comment on column reckoning.upload.uploaded_by is 'Who handed it over.';
comment on column reckoning.upload.credential is 'By which token; null where nobody had to say who they are.';
comment on column reckoning.upload.uploaded_at is 'When the last byte was stored, by the database clock.';

create table reckoning.upload_chunk (
  upload_id uuid not null,
  n integer not null check (n >= 0),
  content bytea not null check (octet_length(content) between 1 and 262144),
  primary key (upload_id, n)
);
comment on table reckoning.upload_chunk is 'The bytes of uploads, in pieces of 262,144; only the last is shorter.';
comment on column reckoning.upload_chunk.upload_id is 'The upload.';
comment on column reckoning.upload_chunk.n is 'Place of the piece, from 0.';
comment on column reckoning.upload_chunk.content is 'The piece.';

select reckoning.guard(name) from unnest(array['upload', 'upload_chunk']) as t (name);

create function reckoning.put_chunk(p_upload uuid, p_n integer, p_content bytea) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into reckoning.upload_chunk (upload_id, n, content) values (p_upload, p_n, p_content)
$$;

-- Makes an upload whole. What the pieces add up to is counted here once more.
create function reckoning.finish_upload(p_upload uuid, p_sha256 bytea, p_bytes bigint, p_by text, p_credential text) returns timestamptz
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
  counted bigint;
  moment timestamptz;
begin
  select coalesce(sum(octet_length(content)), 0) into counted from reckoning.upload_chunk where upload_id = p_upload;
  if counted <> p_bytes then
    raise exception 'upload % has % bytes and claims %', p_upload, counted, p_bytes;
  end if;
  insert into reckoning.upload (upload_id, sha256, bytes, uploaded_by, credential)
  values (p_upload, p_sha256, p_bytes, p_by, p_credential)
  returning uploaded_at into moment;
  return moment;
end $$;

revoke all on all functions in schema reckoning from public;
