"""A delivery lives: sent and arrived or returned, placed and taken, published and passed; consents; corrections."""

from lianban.outside.migrating import sql

ID, VERSION, DESCRIPTION = __name__, "1.38.0", "Deliveries by every lawful way"

UP = """
ALTER TABLE deliveries DROP CONSTRAINT deliveries_method_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_method_check CHECK (method IN
  ('window', 'agent', 'family', 'organisation', 'mail', 'electronic', 'self_service_cabinet', 'left', 'public_notice'));
ALTER TABLE deliveries
  ADD COLUMN region_code text NOT NULL DEFAULT '',
  ADD COLUMN status text NOT NULL DEFAULT 'delivered' CHECK (status IN
    ('sent', 'placed', 'published', 'delivered', 'returned', 'expired', 'ended')),
  ADD COLUMN place text NOT NULL DEFAULT '',
  ADD COLUMN witness text NOT NULL DEFAULT '',
  ADD COLUMN refused_by text NOT NULL DEFAULT '',
  ADD COLUMN mandate text NOT NULL DEFAULT '' CHECK (mandate IN ('', 'party', 'file')),
  ADD COLUMN file_name text NOT NULL DEFAULT '',
  ADD COLUMN media_type text NOT NULL DEFAULT '',
  ADD COLUMN sha256 text NOT NULL DEFAULT '',
  ADD COLUMN carrier text NOT NULL DEFAULT '',
  ADD COLUMN tracking text NOT NULL DEFAULT '',
  ADD COLUMN phone text NOT NULL DEFAULT '',
  ADD COLUMN address text NOT NULL DEFAULT '',
  ADD COLUMN box text NOT NULL DEFAULT '',
  ADD COLUMN code_hash text NOT NULL DEFAULT '',
  ADD COLUMN codes integer NOT NULL DEFAULT 0,
  ADD COLUMN tries integer NOT NULL DEFAULT 0,
  ADD COLUMN consent_id uuid,
  ADD COLUMN until timestamptz,
  ADD COLUMN counts_at timestamptz,
  ADD COLUMN delivered_at timestamptz,
  ADD COLUMN ended_at timestamptz,
  ADD COLUMN end_reason text NOT NULL DEFAULT '',
  ADD COLUMN receipt_id uuid REFERENCES papers (id),
  ADD COLUMN notice_id uuid REFERENCES papers (id),
  ADD COLUMN seen_at timestamptz,
  ADD COLUMN paper_asked_at timestamptz,
  ADD COLUMN paper_asked_channel text NOT NULL DEFAULT '' CHECK (paper_asked_channel IN ('', 'window', 'online')),
  ADD COLUMN paper_given_at timestamptz,
  ADD COLUMN paper_given_to text NOT NULL DEFAULT '';
UPDATE deliveries SET delivered_at = at, counts_at = at;
UPDATE deliveries d SET region_code = c.region_code FROM cases c WHERE c.id = d.case_id;
UPDATE deliveries d SET receipt_id = p.id FROM papers p
WHERE p.case_id = d.case_id AND p.kind = 'delivery_receipt' AND p.issued_at = d.at;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_arrival CHECK ((status = 'delivered') = (delivered_at IS NOT NULL));
CREATE INDEX deliveries_under_way ON deliveries (region_code, status) WHERE status IN ('sent', 'placed', 'published');
CREATE INDEX deliveries_paper_asked ON deliveries (region_code)
  WHERE paper_asked_at IS NOT NULL AND paper_given_at IS NULL;
CREATE UNIQUE INDEX deliveries_box ON deliveries (region_code, box) WHERE status = 'placed';

CREATE TABLE delivery_consents (
  id uuid PRIMARY KEY,
  case_id uuid NOT NULL REFERENCES cases (id),
  channel text NOT NULL CHECK (channel IN ('window', 'written', 'online')),
  person text NOT NULL,
  at timestamptz NOT NULL,
  by_id text NOT NULL,
  by_name text NOT NULL,
  revoked_at timestamptz,
  revoked_by text NOT NULL DEFAULT '',
  revoked_channel text NOT NULL DEFAULT ''
);
CREATE UNIQUE INDEX delivery_consents_one ON delivery_consents (case_id) WHERE revoked_at IS NULL;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_consent FOREIGN KEY (consent_id) REFERENCES delivery_consents (id);

ALTER TABLE results
  ADD COLUMN delivery_id uuid REFERENCES deliveries (id),
  ADD COLUMN superseded_at timestamptz,
  ADD COLUMN superseded_by uuid REFERENCES results (id),
  ADD COLUMN superseded_reason text NOT NULL DEFAULT '',
  ADD COLUMN old_one text NOT NULL DEFAULT '' CHECK (old_one IN ('', 'out', 'back', 'void'));
UPDATE results r SET delivery_id = d.id FROM deliveries d WHERE r.id = ANY(d.results);
"""

DOWN = """
DELETE FROM clock_events WHERE clock_id IN (SELECT id FROM clocks WHERE kind IN ('cabinet', 'notice'));
DELETE FROM deadline_changes WHERE clock_id IN (SELECT id FROM clocks WHERE kind IN ('cabinet', 'notice'));
DELETE FROM clocks WHERE kind IN ('cabinet', 'notice');
ALTER TABLE results DROP COLUMN delivery_id, DROP COLUMN superseded_at, DROP COLUMN superseded_by,
  DROP COLUMN superseded_reason, DROP COLUMN old_one;
UPDATE papers SET delivery_id = NULL WHERE delivery_id IN (SELECT id FROM deliveries WHERE status <> 'delivered');
DELETE FROM deliveries WHERE status <> 'delivered';
UPDATE deliveries SET method = 'agent' WHERE method IN ('family', 'organisation');
ALTER TABLE deliveries DROP CONSTRAINT deliveries_method_check;
ALTER TABLE deliveries ADD CONSTRAINT deliveries_method_check CHECK (method IN
  ('window', 'mail', 'electronic', 'self_service_cabinet', 'agent', 'left', 'public_notice'));
DROP INDEX deliveries_under_way, deliveries_paper_asked, deliveries_box;
ALTER TABLE deliveries
  DROP CONSTRAINT deliveries_arrival, DROP CONSTRAINT deliveries_consent,
  DROP COLUMN region_code, DROP COLUMN status, DROP COLUMN place, DROP COLUMN witness, DROP COLUMN refused_by,
  DROP COLUMN mandate, DROP COLUMN file_name, DROP COLUMN media_type, DROP COLUMN sha256, DROP COLUMN carrier,
  DROP COLUMN tracking, DROP COLUMN phone, DROP COLUMN address, DROP COLUMN box, DROP COLUMN code_hash,
  DROP COLUMN codes, DROP COLUMN tries, DROP COLUMN consent_id, DROP COLUMN until, DROP COLUMN counts_at,
  DROP COLUMN delivered_at, DROP COLUMN ended_at, DROP COLUMN end_reason, DROP COLUMN receipt_id, DROP COLUMN notice_id,
  DROP COLUMN seen_at, DROP COLUMN paper_asked_at, DROP COLUMN paper_asked_channel, DROP COLUMN paper_given_at,
  DROP COLUMN paper_given_to;
DROP TABLE delivery_consents;
"""

forwards = sql(__name__, up=UP, down=DOWN)
