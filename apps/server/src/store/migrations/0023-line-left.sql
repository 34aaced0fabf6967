-- Which team's line a session left: the session's own team says where it is now, and whoever is of another
-- team, and is given the session by hand, takes it out of the team.
alter table assignments add column line_team_id uuid;
