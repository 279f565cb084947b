-- Jobs as the API answers them. "number" gives the order of submission, which pages follow.
create table job (
    id              uuid        primary key,
    number          bigint      generated always as identity unique,
    version         bigint      not null,
    name            text        not null,
    state           text        not null check (state in ('WAITING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    stage           text        check (stage in ('POISON', 'TRAINING', 'RIFT')),
    suspect         boolean     not null,
    submitted_at    timestamptz not null,
    updated_at      timestamptz not null,
    recipe          text        not null,
    recipe_digest   text        not null,
    progress        text,
    result          text,
    failure         text,
    idempotency_key text        constraint job_idempotency_key unique,
    traceparent     text,
    -- when the watch looks next; null once it has given up or the job has ended
    look_at         timestamptz,
    reemissions     integer     not null
);

create index job_state on job (state, number);
create index job_look_at on job (look_at) where look_at is not null;

-- The fact that the stage a job is in waits for, as it was told, to be told again.
create table work_record (
    job_id     uuid primary key references job (id) on delete cascade,
    topic      text not null,
    event_id   text not null,
    event_type text not null,
    payload    text not null
);

-- Events that were decided in a transaction and are not yet with the broker.
create table outbox (
    id          bigint      generated always as identity primary key,
    job_id      uuid        not null,
    topic       text        not null,
    event_id    text        not null,
    event_type  text        not null,
    payload     text        not null,
    traceparent text,
    created_at  timestamptz not null
);

create index outbox_job on outbox (job_id, id);

-- Ids of the events that have had their effect, so that a second delivery has none.
create table processed_event (
    id           text        primary key,
    processed_at timestamptz not null
);

create index processed_event_age on processed_event (processed_at);

-- What the reader found in each accepted upload, to refuse a recipe that does not fit it.
create table uploaded_dataset (
    sha256      text        primary key,
    uploaded_at timestamptz not null,
    description text        not null
);
