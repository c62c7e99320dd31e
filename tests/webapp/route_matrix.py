"""Who gets what from each route: one row a route and method; a new route needs a row here.

``expected`` has one letter for each of VISITORS, in their order:

    K  200, the page or the file          R  a redirect inside the site
    S  sent to sign in                    F  403, not this role's
    N  404, does not exist for them       I  400 or 422, the form lacks something
    C  409, the state does not allow it

Addresses and form values are filled from the names that ``test_route_role_matrix`` prepares: ``{teacher}``,
``{grant}``, ``{batch}``, ``{token}``, ``{pair}``, ``{school}``, ``{county}`` all lie in the county of the
administrator and the auditor; ``{none}`` is nothing. The foreign administrator looks after another county.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

VISITORS = ("anonymous", "teacher", "mentor", "editor", "administrator", "auditor", "foreign_administrator")


@dataclass(frozen=True)
class Row:
    """One route: what each visitor gets when they send ``data`` to ``url``."""

    endpoint: str
    method: str
    url: str
    expected: str
    data: Mapping[str, str] = field(default_factory=dict)


ACCOUNT = (
    Row("account.overview", "GET", "/account", "SKKKKKK"),
    Row("account.export", "GET", "/account/export", "SKKKKKK"),
    Row("account.forgot", "GET", "/account/forgot", "KKKKKKK"),
    Row("account.forgot", "POST", "/account/forgot", "IIIIIII"),
    Row("account.forgot_sent", "GET", "/account/forgot/sent", "KKKKKKK"),
    Row("account.inbox", "GET", "/account/inbox", "SKKKKKK"),
    Row("account.open_message", "POST", "/account/inbox/{none}", "SNNNNNN"),
    Row("account.read_all", "POST", "/account/inbox/read", "SRRRRRR"),
    Row("account.mail_choices", "GET", "/account/messages", "SKKKKKK"),
    Row("account.choose_messages", "POST", "/account/messages", "SRRRRRR"),
    Row("account.change_password", "GET", "/account/password", "SKKKKKK"),
    Row("account.change_password", "POST", "/account/password", "SIIIIII"),
    Row("account.reset", "GET", "/account/reset/unknown", "NNNNNNN"),
    Row("account.reset", "POST", "/account/reset/unknown", "NNNNNNN"),
    Row("account.settle_settings", "POST", "/account/settings", "SRRRRRR"),
    Row("account.sign_out", "POST", "/account/sign-out", "SSSSSSS"),
    Row("account.sign_out_everywhere", "POST", "/account/sign-out-everywhere", "SSSSSSS"),
    Row("account.demo_sign_in", "POST", "/demo-sign-in/T001", "NNNNNNN"),
    Row("account.sign_in", "GET", "/sign-in", "KRRRRRR"),
    Row("account.sign_in", "POST", "/sign-in", "IIIIIII"),
)
ADMIN = (
    Row("admin.overview", "GET", "/admin", "SFFFKKK"),
    Row("admin.campaigns", "GET", "/admin/campaigns", "SFFFKKK"),
    Row("admin.open_window", "POST", "/admin/campaigns", "SFFFIFI"),
    Row("admin.export", "POST", "/admin/exports/unknown", "SFFFNNN"),
    Row("admin.waiting", "GET", "/admin/not-started", "SFFFKKK"),
    Row("admin.offerings", "GET", "/admin/offerings", "SFFFKKK"),
    Row("admin.plan_offering", "GET", "/admin/offerings/new", "SFFFNFN"),
    Row("admin.open_run", "POST", "/admin/offerings/new", "SFFFNFN"),
    Row("admin.pairs", "GET", "/admin/pairs", "SFFFKKK"),
    Row("admin.end_pair", "POST", "/admin/pairs/{pair}/end", "SFFFRFN"),
    Row("admin.choose_mentor", "GET", "/admin/pairs/for/{teacher}", "SFFFKFN"),
    Row("admin.pair", "POST", "/admin/pairs/for/{teacher}", "SFFFNFN"),
)
ASSESS = (
    Row("assess.start", "GET", "/assess", "SKKFFFF"),
    Row("assess.leave", "POST", "/assess/leave", "SRRFFFF"),
    Row("assess.question", "GET", "/assess/question", "SRRFFFF"),
    Row("assess.answer", "POST", "/assess/question", "SRRFFFF"),
    Row("assess.result", "GET", "/assess/result/{none}", "SNNFFFF"),
    Row("assess.begin", "POST", "/assess/start", "SCCFFFF"),
)
AUTHOR = (
    Row("author.overview", "GET", "/author", "SFFKKKK"),
    Row("author.courses", "GET", "/author/courses", "SFFKKKK"),
    Row("author.edit", "GET", "/author/courses/unknown", "SFFNNFN"),
    Row("author.edit", "POST", "/author/courses/unknown", "SFFNNFN"),
    Row("author.act_on", "POST", "/author/courses/unknown/unknown", "SFFNNFN"),
    Row("author.add_module", "POST", "/author/courses/unknown/modules", "SFFNNFN"),
    Row("author.module", "GET", "/author/courses/unknown/modules/{none}", "SFFNNFN"),
    Row("author.module", "POST", "/author/courses/unknown/modules/{none}", "SFFNNFN"),
    Row("author.move_module", "POST", "/author/courses/unknown/modules/{none}/move", "SFFNNFN"),
    Row("author.remove_module", "POST", "/author/courses/unknown/modules/{none}/remove", "SFFNNFN"),
    Row("author.preview", "GET", "/author/courses/unknown/preview", "SFFNNNN"),
    Row("author.new_course", "GET", "/author/courses/new", "SFFKKFK"),
    Row("author.new_course", "POST", "/author/courses/new", "SFFIIFI"),
    Row("author.frameworks", "GET", "/author/frameworks", "SFFKKKK"),
    Row("author.framework", "GET", "/author/frameworks/unknown", "SFFNNNN"),
    Row("author.imports", "GET", "/author/import/unknown", "SFFNNFN"),
    Row("author.upload", "POST", "/author/import/unknown", "SFFNNFN"),
    Row("author.undo", "POST", "/author/import/unknown/{batch}/undo", "SFFNNFN"),
    Row("author.compare", "GET", "/author/import/unknown/{token}", "SFFNNFN"),
    Row("author.apply", "POST", "/author/import/unknown/{token}/apply", "SFFNNFN"),
    Row("author.import_template", "GET", "/author/import/unknown/template.xlsx", "SFFNNFN"),
    Row("author.publish_all", "POST", "/author/import/catalogue/{batch}/publish", "SFFNNFN"),
    Row("author.items", "GET", "/author/items", "SFFKKKK"),
    Row("author.item", "GET", "/author/items/unknown", "SFFNNNN"),
    Row("author.move", "POST", "/author/items/unknown/move", "SFFIIFI"),
)
CATALOGUE = (
    Row("catalogue.search", "GET", "/catalogue", "SKKKKKK"),
    Row("catalogue.course", "GET", "/catalogue/unknown", "SNNNNNN"),
    Row("catalogue.figure", "GET", "/catalogue/unknown/figure/unknown", "SNNNNNN"),
    Row("catalogue.competencies", "GET", "/catalogue/competencies", "SKKKKKK"),
)
CREDIT = (
    Row("credit.account", "GET", "/credit", "SKKFFFF"),
    Row("credit.certificates", "GET", "/credit/certificates", "SKKFFFF"),
    Row("credit.certificate_paper", "GET", "/credit/certificates/{none}.pdf", "SNNFFFF"),
    Row("credit.repost_course", "POST", "/credit/course/{none}/repost", "SFFFNFN"),
    Row("credit.reverse_course", "POST", "/credit/course/{none}/reverse", "SFFFNFN"),
    Row("credit.entry", "GET", "/credit/entry/{none}", "SNNFNNN"),
    Row("credit.repost_entry", "POST", "/credit/entry/{none}/repost", "SFFFNFN"),
    Row("credit.reverse_entry", "POST", "/credit/entry/{none}/reverse", "SFFFNFN"),
    Row("credit.person", "GET", "/credit/person/{teacher}", "SFFFKKN"),
    Row("credit.rules", "GET", "/credit/rules", "SKKKKKK"),
    Row("credit.activate_rules", "POST", "/credit/rules/unknown/activate", "SFFFFFF"),
    Row("credit.deactivate_rules", "POST", "/credit/rules/unknown/deactivate", "SFFFFFF"),
    Row("credit.statement_paper", "GET", "/credit/statement.pdf", "SKKFFFF"),
    Row("credit.verify", "GET", "/verify", "KKKKKKK"),
    Row("credit.proof", "GET", "/verify/unknown", "NNNNNNN"),
)
HOME = (
    Row("home.start", "GET", "/", "SRRRRRR"),
    Row("home.health", "GET", "/healthz", "KKKKKKK"),
    Row("home.choose_language", "POST", "/language/en", "RRRRRRR"),
)
LEARN = (
    Row("learn.check_in_page", "GET", "/check-in", "SKKFFFF"),
    Row("learn.come", "POST", "/check-in", "SRRFFFF"),
    Row("learn.courses", "GET", "/study", "SKKFFFF"),
    Row("learn.course", "GET", "/study/{none}", "SNNFFFF"),
    Row("learn.module", "GET", "/study/{none}/modules/{none}", "SNNFFFF"),
    Row("learn.declare_activity", "POST", "/study/{none}/modules/{none}/declare", "SNNFFFF"),
    Row("learn.finish", "POST", "/study/{none}/modules/{none}/finish", "SNNFFFF"),
    Row("learn.open_module", "POST", "/study/{none}/modules/{none}/open", "SNNFFFF"),
    Row("learn.hand_in_quiz", "POST", "/study/{none}/modules/{none}/quiz", "SNNFFFF"),
    Row("learn.hand_in_task", "POST", "/study/{none}/modules/{none}/task", "SNNFFFF"),
    Row("learn.leave", "POST", "/study/{none}/withdraw", "SNNFFFF"),
    Row("learn.beat", "POST", "/study/beats/{none}", "SIIFFFF"),
    Row("learn.ask_to_enrol", "GET", "/study/enrol/unknown", "SNNFFFF"),
    Row("learn.begin", "POST", "/study/enrol/unknown", "SNNFFFF"),
    Row("learn.evidence", "GET", "/study/evidence/{none}/unknown", "SNNNNNN"),
    Row("learn.film", "GET", "/study/media/{none}.mp4", "SNNFFFF"),
    Row("learn.led", "GET", "/study/meetings", "SKKKKKK"),
    Row("learn.code", "GET", "/study/meetings/{none}/code", "SNNNNNN"),
    Row("learn.roll", "GET", "/study/meetings/{none}/roll", "SNNNNNN"),
    Row("learn.note_roll", "POST", "/study/meetings/{none}/roll", "SNNNNNN"),
    Row("learn.queue", "GET", "/study/verify", "SFFFKKK"),
    Row("learn.verify", "POST", "/study/verify/{none}", "SFFFNFN"),
    Row("learn.today", "GET", "/today", "SKKRRRR"),
)
MENTOR = (
    Row("mentor.overview", "GET", "/mentor", "SFKFFFF"),
    Row("mentor.history", "GET", "/mentor/history", "SFKFFFF"),
    Row("mentor.mine", "GET", "/mentor/mine", "SKKFFFF"),
    Row("mentor.write_to_mentor", "POST", "/mentor/mine/notes", "SINFFFF"),
    Row("mentor.person", "GET", "/mentor/people/{teacher}", "SFKFFFF"),
    Row("mentor.write", "POST", "/mentor/people/{teacher}/notes", "SFIFFFF"),
    Row("mentor.confirm_plan", "POST", "/mentor/people/{teacher}/plan/{none}/confirm", "SFNFFFF"),
    Row("mentor.suggest", "POST", "/mentor/people/{teacher}/suggestions", "SFNFFFF"),
    Row("mentor.withdraw", "POST", "/mentor/people/{teacher}/suggestions/{none}/withdraw", "SFNFFFF"),
    Row("mentor.review", "GET", "/mentor/submissions/{none}", "SFNFFFF"),
    Row("mentor.judge", "POST", "/mentor/submissions/{none}", "SFNFFFF"),
)
PLAN = (
    Row("plan.list_picks", "GET", "/picks", "SKKFFFF"),
    Row("plan.begin", "POST", "/picks/{none}/begin", "SNNFFFF"),
    Row("plan.restore", "POST", "/picks/{none}/bring-back", "SNNFFFF"),
    Row("plan.put_aside", "POST", "/picks/{none}/put-aside", "SIIFFFF"),
    Row("plan.take", "POST", "/picks/{none}/take", "SNNFFFF"),
    Row("plan.choose_personal", "POST", "/picks/personal", "SRRFFFF"),
    Row("plan.renew_list", "POST", "/picks/renew", "SRRFFFF"),
    Row("plan.show", "GET", "/plan", "SKKFFFF"),
    Row("plan.add_course", "POST", "/plan/add/unknown", "SNNFFFF"),
    Row("plan.show_cycle", "GET", "/plan/cycle", "SKKFFFF"),
    Row("plan.drop", "POST", "/plan/entries/{none}/drop", "SNNFFFF"),
    Row("plan.move", "POST", "/plan/entries/{none}/move", "SIIFFFF"),
    Row("plan.write_goal", "POST", "/plan/goal", "SRRFFFF"),
    Row("plan.print_view", "GET", "/plan/print", "SKKFFFF"),
    Row("plan.show_targets", "GET", "/plan/targets", "SFFFKKK"),
    Row("plan.save_targets", "POST", "/plan/targets", "SFFFIFI"),
    Row("plan.show_versions", "GET", "/plan/versions", "SKKFFFF"),
)
ROSTER = (
    Row("roster.people", "GET", "/roster", "SFFFKKK"),
    Row("roster.imports", "GET", "/roster/import", "SFFFKKK"),
    Row("roster.upload", "POST", "/roster/import", "SFFFRFR"),
    Row("roster.compare", "GET", "/roster/import/{token}", "SFFFKFN"),
    Row("roster.apply", "POST", "/roster/import/{token}/apply", "SFFFRFN"),
    Row("roster.import_template", "GET", "/roster/import/template.xlsx", "SFFFKFK"),
    Row("roster.batch", "GET", "/roster/imports/{batch}", "SFFFKKN"),
    Row("roster.hand_out_passwords", "POST", "/roster/imports/{batch}/passwords", "SFFFKFN"),
    Row("roster.undo", "POST", "/roster/imports/{batch}/undo", "SFFFRFN"),
    Row("roster.log", "GET", "/roster/log", "SFFFKKK"),
    Row("roster.person", "GET", "/roster/people/{teacher}", "SFFFKKN"),
    Row("roster.close_account", "POST", "/roster/people/{teacher}/close", "SFFFRFN"),
    Row("roster.open_account", "POST", "/roster/people/{teacher}/open", "SFFFRFN"),
    Row("roster.give_password", "POST", "/roster/people/{teacher}/password", "SFFFKFN"),
    Row(
        "roster.give_role", "POST", "/roster/people/{teacher}/roles", "SFFFRFN", {"role": "mentor", "place": "{school}"}
    ),
    Row("roster.revoke_role", "POST", "/roster/people/{teacher}/roles/{grant}/revoke", "SFFFRFN"),
    Row("roster.end_sessions", "POST", "/roster/people/{teacher}/sessions/end", "SFFFRFN"),
    Row("roster.places", "GET", "/roster/places", "SFFFRRR"),
    Row("roster.place", "GET", "/roster/places/{county}", "SFFFKKN"),
    Row(
        "roster.add_place",
        "POST",
        "/roster/places/{county}",
        "SFFFRFN",
        {"code": "S8", "name": "青屏县新学校", "level": "school"},
    ),
)
ROWS = (*ACCOUNT, *ADMIN, *ASSESS, *AUTHOR, *CATALOGUE, *CREDIT, *HOME, *LEARN, *MENTOR, *PLAN, *ROSTER)
