drop table notice, aid_grant, credential_use, credential, family_binding, identity_check, login;
