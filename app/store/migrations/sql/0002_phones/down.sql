drop table filing, aid_grant, credential_use, credential, family_binding, identity_check, login;
