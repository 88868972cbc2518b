-- Why: the chains of runs show what happened inside each run, but not that a run, or the end of one, was taken away. So every
-- entry gets a place in one global log, a Merkle tree (RFC 6962) whose root is signed and kept elsewhere too.
--
-- No row is written for an entry to be sealed: what is pending follows from what is there, since the entries of a run are
-- numbered without gaps and are sealed in order. Entry n of a run is pending if and only if n is larger than every `seq` of
-- that run in log_leaf. `run_head.sealed` only shortens the search; it is set under the lock of its row, where the count of
-- entries is compared again, and an append takes it back together with the entries it adds.
--
-- Order of one sealing: log_leaf, log_tile and log_tree are committed together; only then is the root signed (log_checkpoint).

-- The global order: which entry stands at which place of the log.
create table reckoning.log_leaf (
  idx bigint primary key check (idx >= 0),
  run_id uuid not null,
  seq integer not null check (seq >= 0),
  leaf bytea not null check (octet_length(leaf) = 32),
  unique (run_id, seq)
);
comment on table reckoning.log_leaf is 'The sealed global log: every entry once, by place. The index of an entry never changes.';
comment on column reckoning.log_leaf.idx is 'Place in the log, from 0, without gaps. Two sealers cannot both give the same one.';
comment on column reckoning.log_leaf.leaf is 'Leaf hash of the entry as it was sealed: SHA-256(0x00 || body).';

-- Whole tiles of C2SP tlog-tiles; those that are not full yet are put together from the level below when they are asked for.
create table reckoning.log_tile (
  level smallint not null check (level between 0 and 7),
  n bigint not null check (n >= 0),
  root bytea not null check (octet_length(root) = 32),
  hashes bytea not null check (octet_length(hashes) = 8192),
  primary key (level, n)
);
-- Hashes do not compress.
alter table reckoning.log_tile alter column hashes set storage external;
comment on table reckoning.log_tile is 'Merkle tree hashes, 256 a row: level 0 holds leaves, each level above the roots of 256 tiles below.';
comment on column reckoning.log_tile.root is 'Hash of the whole tile: what stands for it in the level above.';

create table reckoning.log_tree (
  size bigint primary key check (size > 0),
  root bytea not null check (octet_length(root) = 32),
  frontier bytea not null check (octet_length(frontier) % 32 = 0 and octet_length(frontier) between 32 and 2016),
  sealed_at timestamptz not null default clock_timestamp()
);
comment on table reckoning.log_tree is 'How the tree grew: one row for each sealing.';
comment on column reckoning.log_tree.root is 'Merkle tree hash over the first `size` leaves (RFC 6962 section 2.1).';
comment on column reckoning.log_tree.frontier is 'Roots of the perfect subtrees that make up the tree, largest first: what the root follows from.';

create table reckoning.log_checkpoint (
  origin text not null,
  size bigint not null check (size > 0),
  note text not null,
  published_at timestamptz not null default clock_timestamp(),
  primary key (origin, size)
);
comment on table reckoning.log_checkpoint is 'Published signed tree heads (C2SP tlog-checkpoint). Worth something as evidence only where they are kept outside this database too.';

-- A log that lost entries to a restored backup may not go on under the name it signed them with: it goes on under another.
create table reckoning.log_epoch (
  epoch integer primary key check (epoch > 1),
  origin text not null unique,
  opened_at timestamptz not null default clock_timestamp(),
  accepted_by text not null,
  reason text not null,
  kept_size bigint not null check (kept_size >= 0),
  lost_checkpoint text not null
);
comment on table reckoning.log_epoch is 'Accepted losses: each opens a new origin of the log (reckon recover).';
comment on column reckoning.log_epoch.kept_size is 'Entries of the log that were still there; with them the new origin begins.';
comment on column reckoning.log_epoch.lost_checkpoint is 'The last anchored checkpoint of the origin before, which the database no longer extends.';

select reckoning.guard(name) from unnest(array['log_leaf', 'log_tile', 'log_tree', 'log_checkpoint', 'log_epoch']) as t (name);

-- Entries that are not in the log yet, by run and place, at most `p_limit`. Runs follow each other by id, so in order of time.
create function reckoning.pending_entries(p_limit integer) returns table (run_id uuid, seq integer, leaf bytea)
language sql stable security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
set enable_hashjoin = off
set enable_mergejoin = off
as $$
  select h.run_id, e.seq, e.leaf
    from reckoning.run_head h
   cross join lateral (select coalesce(max(l.seq), -1) as last from reckoning.log_leaf l where l.run_id = h.run_id) as sealed
   cross join lateral (select e.seq, e.leaf from reckoning.entry e where e.run_id = h.run_id and e.seq > sealed.last order by e.seq) as e
   where not h.sealed
   order by h.run_id, e.seq
   limit p_limit
$$;

-- Adds `p_leaves` (32 bytes each) to a log of `p_size`, with the tiles that are filled by them and the tree they make, all or
-- nothing. `moved`: somebody else sealed since the log was read. `busy`: somebody is sealing now. Both wrote nothing.
create function reckoning.seal(
  p_size bigint, p_runs uuid[], p_seqs integer[], p_leaves bytea,
  p_levels smallint[], p_places bigint[], p_roots bytea, p_hashes bytea,
  p_root bytea, p_frontier bytea
) returns text language plpgsql security definer
set search_path = pg_catalog, pg_temp
set enable_seqscan = off
as $$
begin
  if not pg_try_advisory_xact_lock(7166274019) then return 'busy'; end if;
  if p_size <> coalesce((select max(size) from reckoning.log_tree), 0) then return 'moved'; end if;

  insert into reckoning.log_leaf (idx, run_id, seq, leaf)
  select p_size + i - 1, run_id, seq, substring(p_leaves from (i::integer - 1) * 32 + 1 for 32)
    from unnest(p_runs, p_seqs) with ordinality as l (run_id, seq, i);

  insert into reckoning.log_tile (level, n, root, hashes)
  select level, n, substring(p_roots from (i::integer - 1) * 32 + 1 for 32), substring(p_hashes from (i::integer - 1) * 8192 + 1 for 8192)
    from unnest(p_levels, p_places) with ordinality as t (level, n, i);

  insert into reckoning.log_tree (size, root, frontier) values (p_size + cardinality(p_runs), p_root, p_frontier);

  -- Rows that are being appended to right now are left for the next time.
  update reckoning.run_head
     set sealed = true
   where run_id in (
           select h.run_id
             from reckoning.run_head h
            where h.run_id = any (p_runs)
              and not h.sealed
              and h.status <> 'running'
              and h.entry_count = (select max(l.seq) + 1 from reckoning.log_leaf l where l.run_id = h.run_id)
              for update skip locked
         );
  return 'sealed';
end $$;

create function reckoning.publish_checkpoint(p_origin text, p_size bigint, p_note text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into reckoning.log_checkpoint (origin, size, note) values (p_origin, p_size, p_note) on conflict (origin, size) do nothing
$$;

create function reckoning.open_epoch(p_epoch integer, p_origin text, p_by text, p_reason text, p_kept bigint, p_lost text) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
  insert into reckoning.log_epoch (epoch, origin, accepted_by, reason, kept_size, lost_checkpoint)
  values (p_epoch, p_origin, p_by, p_reason, p_kept, p_lost)
$$;

revoke all on all functions in schema reckoning from public;
