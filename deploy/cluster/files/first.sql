create role qinji login password '$serving_password';
create role qinji_owner login password '$owner_password';
create database qinji owner qinji_owner;
