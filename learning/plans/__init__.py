"""The personal development plan: what a teacher means to study, owned by the teacher."""
