"""Study: offerings, enrolments, measured time, work handed in, attendance, declarations."""
