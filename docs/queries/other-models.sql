-- Where did the reply name another model than was asked for? Providers answer with a dated name of the same model, or with another model.
select model, model_replied, count(*) as replies, min(started_at) as first, max(started_at) as latest
  from inspect_attempts
 where model_replied is distinct from model and model_replied is not null
 group by 1, 2
 order by latest desc, 1, 2;
