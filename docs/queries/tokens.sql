-- What was each model asked for and what did it use, by day? `model_replied` is the name the reply gave, which may be another.
select date_trunc('day', started_at) as day, provider, model, model_replied, count(*) as calls,
       count(*) filter (where outcome <> 'succeeded') as without_success,
       sum(input_tokens) as input_tokens, sum(output_tokens) as output_tokens, round(avg(latency_ms)) as latency_ms
  from inspect_attempts
 group by 1, 2, 3, 4
 order by day desc, calls desc;
