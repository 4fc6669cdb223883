-- One user. It may come from anywhere: who may reach the port is the network's to say.

CREATE USER IF NOT EXISTS {user:Identifier} IDENTIFIED WITH sha256_hash BY {passwordSha256:String};

ALTER USER {user:Identifier} IDENTIFIED WITH sha256_hash BY {passwordSha256:String};

GRANT {role:Identifier} TO {user:Identifier};

ALTER USER {user:Identifier} DEFAULT ROLE {role:Identifier};
