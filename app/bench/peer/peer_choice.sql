\set at random(0, {buyers} - 1)
\set j :at % 9
\set block :at / 9 / 4 * 5 + 1 + :at / 9 % 4
\set patient {person} + case when :j < 4 then 2 * (:j + 1) else 4 * (:j - 1) end * {blocks} + :block
\set at random(0, {shops} / 4 * 3 - 1)
\set shop (:at / 6 / 3 * 4 + :at / 6 % 3) * 6 % {shops} + :at % 6
