-- Jobs of theory have a stage of their own.
alter table job drop constraint job_stage_check;
alter table job add constraint job_stage_check check (stage in ('POISON', 'TRAINING', 'RIFT', 'THEORY'));
