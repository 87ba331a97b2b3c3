-- A catalogue as version 1 of its schema wrote it, with two exposures, a letter and a verification.
BEGIN TRANSACTION;
CREATE TABLE evidence (
	exposure VARCHAR(64) NOT NULL, 
	place INTEGER NOT NULL, 
	path VARCHAR NOT NULL, 
	hmac VARCHAR(32) NOT NULL, 
	PRIMARY KEY (exposure, place), 
	FOREIGN KEY(exposure) REFERENCES exposures ("key")
);
INSERT INTO "evidence" VALUES('91ed4516ce17df9ac25b483a4534ba135a42ad0ccdae2e3513e58752ab901479',0,'face + id_no','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
INSERT INTO "evidence" VALUES('2922e750f586421a18490416f9c06aabecd5ce7aa23a5a54de13a7077a360013',0,'face + id_no','aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa');
CREATE TABLE exposures (
	"key" VARCHAR(64) NOT NULL, 
	id VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	collection VARCHAR NOT NULL, 
	product VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	verdict VARCHAR NOT NULL, 
	scope VARCHAR NOT NULL, 
	rows INTEGER, 
	severity FLOAT NOT NULL, 
	band VARCHAR NOT NULL, 
	persons FLOAT, 
	minors FLOAT, 
	groups INTEGER, 
	opened DATETIME NOT NULL, 
	seen DATETIME NOT NULL, 
	closed DATETIME, 
	state VARCHAR NOT NULL, 
	observation INTEGER NOT NULL, 
	PRIMARY KEY ("key"), 
	UNIQUE (id)
);
INSERT INTO "exposures" VALUES('91ed4516ce17df9ac25b483a4534ba135a42ad0ccdae2e3513e58752ab901479','lo-91ed45','127.0.0.1:27017','mongodb','pupils','MongoDB','7.0.1','open_data','school',13000,4.5,'very high',1000.0,0.65,23,'2026-03-01 12:00:00.000000','2026-03-01 12:00:00.000000',NULL,'drafted',1);
INSERT INTO "exposures" VALUES('2922e750f586421a18490416f9c06aabecd5ce7aa23a5a54de13a7077a360013','lo-2922e7','127.0.0.1:27017','mongodb','logs','MongoDB','7.0.1','open_data','school',13000,1.5,'very high',1000.0,0.65,23,'2026-03-01 12:00:00.000000','2026-03-01 12:00:00.000000',NULL,'found',1);
CREATE TABLE findings (
	exposure VARCHAR(64) NOT NULL, 
	observation INTEGER NOT NULL, 
	path VARCHAR NOT NULL, 
	category VARCHAR NOT NULL, 
	confidence FLOAT NOT NULL, 
	level VARCHAR NOT NULL, 
	matched INTEGER NOT NULL, 
	tested INTEGER NOT NULL, 
	chance FLOAT NOT NULL, 
	how TEXT NOT NULL, 
	pack VARCHAR NOT NULL, 
	PRIMARY KEY (exposure, observation, path, category), 
	FOREIGN KEY(exposure) REFERENCES exposures ("key"), 
	FOREIGN KEY(observation) REFERENCES observations (number)
);
INSERT INTO "findings" VALUES('91ed4516ce17df9ac25b483a4534ba135a42ad0ccdae2e3513e58752ab901479',1,'face','biometric.face_image',0.99,'proven',98,100,0.001,'["content", "field_name"]','core');
INSERT INTO "findings" VALUES('91ed4516ce17df9ac25b483a4534ba135a42ad0ccdae2e3513e58752ab901479',1,'id_no','identity.cn_resident_id',0.99,'proven',98,100,0.001,'["content", "field_name"]','core');
INSERT INTO "findings" VALUES('2922e750f586421a18490416f9c06aabecd5ce7aa23a5a54de13a7077a360013',1,'face','biometric.face_image',0.99,'proven',98,100,0.001,'["content", "field_name"]','core');
INSERT INTO "findings" VALUES('2922e750f586421a18490416f9c06aabecd5ce7aa23a5a54de13a7077a360013',1,'id_no','identity.cn_resident_id',0.99,'proven',98,100,0.001,'["content", "field_name"]','core');
CREATE TABLE leftopen_meta (
	name VARCHAR NOT NULL, 
	value VARCHAR NOT NULL, 
	PRIMARY KEY (name)
);
INSERT INTO "leftopen_meta" VALUES('application','leftopen');
INSERT INTO "leftopen_meta" VALUES('version','1');
CREATE TABLE letters (
	number INTEGER NOT NULL, 
	exposure VARCHAR(64) NOT NULL, 
	at DATETIME NOT NULL, 
	language VARCHAR NOT NULL, 
	digest VARCHAR NOT NULL, 
	detail VARCHAR NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(exposure) REFERENCES exposures ("key")
);
INSERT INTO "letters" VALUES(1,'91ed4516ce17df9ac25b483a4534ba135a42ad0ccdae2e3513e58752ab901479','2026-03-01 13:00:00.000000','en','ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff','en ffffffffffff');
CREATE TABLE observations (
	number INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	target VARCHAR NOT NULL, 
	scope VARCHAR NOT NULL, 
	verdict VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	product VARCHAR NOT NULL, 
	version VARCHAR NOT NULL, 
	flags TEXT NOT NULL, 
	proofs TEXT NOT NULL, 
	journal VARCHAR NOT NULL, 
	PRIMARY KEY (number), 
	UNIQUE (at, target)
);
INSERT INTO "observations" VALUES(1,'2026-03-01 12:00:00.000000','127.0.0.1:27017','school','open_data','mongodb','MongoDB','7.0.1','[]','["find answered 1 document"]','j.jsonl abc');
CREATE TABLE sightings (
	exposure VARCHAR(64) NOT NULL, 
	observation INTEGER NOT NULL, 
	fields INTEGER NOT NULL, 
	composites TEXT NOT NULL, 
	people TEXT NOT NULL, 
	assessment TEXT NOT NULL, 
	coverage TEXT NOT NULL, 
	PRIMARY KEY (exposure, observation), 
	FOREIGN KEY(exposure) REFERENCES exposures ("key"), 
	FOREIGN KEY(observation) REFERENCES observations (number)
);
INSERT INTO "sightings" VALUES('91ed4516ce17df9ac25b483a4534ba135a42ad0ccdae2e3513e58752ab901479',1,2,'[{"kind": "tracked_child", "paths": ["face", "id_no"], "confidence": 0.9, "records": 700, "estimate": null}]','{"persons": {"low": 980, "point": 1000, "high": 1020, "method": "theta"}, "minors": {"low": 0.6, "point": 0.65, "high": 0.7, "method": "birth date"}, "ages": [["6-11", 300]], "groups": 23, "groups_path": "school", "first": "2026-03-01T12:00:00+00:00", "last": "2026-03-01T12:00:00+00:00", "days": 10, "per_hour": []}','{"severity": {"low": 3.5, "point": 4.5, "high": 5.0, "method": "ENISA 2013"}, "band": "very high", "urgency": "now", "confidence": 0.9, "drivers": [{"factor": "DPC", "value": 4, "low": 4, "high": 4, "source": "measured", "reason": "faces"}], "flags": [">100"], "borderline": ""}','{"read": 1000, "method": "tablesample", "complete": false, "bytes": 4096}');
INSERT INTO "sightings" VALUES('2922e750f586421a18490416f9c06aabecd5ce7aa23a5a54de13a7077a360013',1,2,'[{"kind": "tracked_child", "paths": ["face", "id_no"], "confidence": 0.9, "records": 700, "estimate": null}]','{"persons": {"low": 980, "point": 1000, "high": 1020, "method": "theta"}, "minors": {"low": 0.6, "point": 0.65, "high": 0.7, "method": "birth date"}, "ages": [["6-11", 300]], "groups": 23, "groups_path": "school", "first": "2026-03-01T12:00:00+00:00", "last": "2026-03-01T12:00:00+00:00", "days": 10, "per_hour": []}','{"severity": {"low": 3.5, "point": 1.5, "high": 5.0, "method": "ENISA 2013"}, "band": "very high", "urgency": "now", "confidence": 0.9, "drivers": [{"factor": "DPC", "value": 4, "low": 4, "high": 4, "source": "measured", "reason": "faces"}], "flags": [">100"], "borderline": ""}','{"read": 1000, "method": "tablesample", "complete": false, "bytes": 4096}');
CREATE TABLE verifications (
	number INTEGER NOT NULL, 
	exposure VARCHAR(64) NOT NULL, 
	at DATETIME NOT NULL, 
	outcome VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	PRIMARY KEY (number), 
	FOREIGN KEY(exposure) REFERENCES exposures ("key")
);
INSERT INTO "verifications" VALUES(1,'91ed4516ce17df9ac25b483a4534ba135a42ad0ccdae2e3513e58752ab901479','2026-03-01 14:00:00.000000','still_open','still_open: reads without password');
CREATE TABLE windows (
	number INTEGER NOT NULL, 
	exposure VARCHAR(64) NOT NULL, 
	opened DATETIME NOT NULL, 
	seen DATETIME NOT NULL, 
	closed DATETIME, 
	PRIMARY KEY (number), 
	FOREIGN KEY(exposure) REFERENCES exposures ("key")
);
INSERT INTO "windows" VALUES(1,'91ed4516ce17df9ac25b483a4534ba135a42ad0ccdae2e3513e58752ab901479','2026-03-01 12:00:00.000000','2026-03-01 12:00:00.000000',NULL);
INSERT INTO "windows" VALUES(2,'2922e750f586421a18490416f9c06aabecd5ce7aa23a5a54de13a7077a360013','2026-03-01 12:00:00.000000','2026-03-01 12:00:00.000000',NULL);
CREATE INDEX ix_exposures_target ON exposures (target);
CREATE INDEX ix_windows_exposure ON windows (exposure);
CREATE INDEX ix_findings_category ON findings (category);
CREATE INDEX ix_letters_exposure ON letters (exposure);
CREATE INDEX ix_verifications_exposure ON verifications (exposure);
COMMIT;
