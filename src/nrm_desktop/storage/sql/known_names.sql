-- Whether words are names of people in the vault, as far as the asker may see them.

-- name: known
SELECT DISTINCT word.value FROM json_each(:words) AS word
WHERE EXISTS (
    SELECT 1 FROM person_name
    WHERE (folded = word.value OR folded BETWEEN word.value || ' ' AND word.value || ' ~')
        AND compartment IN (SELECT value FROM json_each(:seen))
);
