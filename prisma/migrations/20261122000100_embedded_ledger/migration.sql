-- The embedded ledger: calls that arrive together are judged and recorded in one round trip and one commit.
-- With the owner's rights, because a batch holds the calls of several organizations.
--
-- "items" is a list of { organizationId, epoch: number or null (not compared), record: object or null (only compared) }.
-- Answers one row an item, in order: whether its epoch is the organization's, and that epoch (null: no such organization).
CREATE FUNCTION toolgate_record_batch(items JSONB) RETURNS TABLE (passed BOOLEAN, epoch INTEGER)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  -- Admitted means durable, whatever the database's default is.
  IF current_setting('synchronous_commit') IN ('off', 'local') THEN
    PERFORM set_config('synchronous_commit', 'on', true);
  END IF;
  RETURN QUERY
  WITH given AS (
    SELECT i.position, i.item->>'organizationId' AS organization, (i.item->>'epoch')::INTEGER AS epoch, i.item->'record' AS record
    FROM jsonb_array_elements(items) WITH ORDINALITY AS i(item, position)
  ), judged AS (
    SELECT g.*, o.epoch AS held, COALESCE(g.epoch IS NULL OR g.epoch = o.epoch, false) AS passed
    FROM given g LEFT JOIN "Organization" o ON o.id = g.organization
  ), inserted AS (
    INSERT INTO "AuditRecord" ("organizationId", "record")
    SELECT j.organization, j.record FROM judged j WHERE j.passed AND jsonb_typeof(j.record) = 'object' ORDER BY j.position
  )
  SELECT j.passed, j.held FROM judged j ORDER BY j.position;
END $$;

REVOKE ALL ON FUNCTION toolgate_record_batch(JSONB) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION toolgate_record_batch(JSONB) TO toolgate_app;

-- Wakes the worker, for calls and for changes of the control plane.
CREATE FUNCTION toolgate_tell_records() RETURNS TRIGGER LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM pg_notify('toolgate_records', '');
  RETURN NULL;
END $$;

CREATE TRIGGER tell_records AFTER INSERT ON "AuditRecord" FOR EACH STATEMENT EXECUTE FUNCTION toolgate_tell_records();
