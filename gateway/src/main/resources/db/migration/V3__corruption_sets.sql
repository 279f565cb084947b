-- What was found in each accepted corruption set, to refuse a recipe that does not fit it.
create table uploaded_corruption_set (
    sha256      text        primary key,
    uploaded_at timestamptz not null,
    description text        not null
);
